"""Entries as sentences: each room says how its kinds read.

In the room's AppConfig.ready():

    register("cases.session-started", _("{actor} startet die Uhr."))

A sentence names facts and personal values of the entry, besides `actor` and
`subject`; or it is a function of these words, where grammar needs one. How subjects
are called is said by `register_subject`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django_stubs_ext import StrOrPromise

    Sentence = StrOrPromise | Callable[[Mapping[str, Any]], StrOrPromise]
    # From the second halves of subjects to how people call them, in one query.
    Namer = Callable[[set[str]], Mapping[str, str]]

log = logging.getLogger(__name__)

_sentences: dict[str, Sentence] = {}
_namers: dict[str, Namer] = {}


class RegisteredTwice(ValueError):
    """Two rooms want to tell the same kind, or name the same subjects."""


class _Words(dict[str, Any]):
    """The words of a sentence; what the entry does not tell is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def register(kind: str, sentence: Sentence) -> None:
    if _sentences.setdefault(kind, sentence) is not sentence:
        raise RegisteredTwice(kind)


def register_subject(word: str, namer: Namer) -> None:
    """Say how subjects that begin with `word/` are called: „user/5“ is Jonas Weber."""
    if _namers.setdefault(word, namer) is not namer:
        raise RegisteredTwice(word)


def subject_names(subjects: Iterable[str]) -> dict[str, str]:
    """Name many subjects at once; what nobody can name is called as it is kept."""
    names = {subject: subject for subject in subjects}
    for word, namer in _namers.items():
        prefix = f"{word}/"
        ours = {s.removeprefix(prefix) for s in names if s.startswith(prefix)}
        if ours:
            names.update({f"{prefix}{key}": name for key, name in namer(ours).items()})
    return names


def sentence(kind: str, words: Mapping[str, Any]) -> str:
    """Tell an entry; a kind that nobody tells, or cannot tell, keeps its name.

    The Kladde is read for decades: a page of it must not fail over a line written by
    an older version.
    """
    words = _Words(words)
    try:
        known = _sentences[kind]
        if callable(known):
            return str(known(words))
        return str(known).format_map(words)
    except KeyError:
        log.debug("no sentence for %s", kind)
    except Exception:
        log.exception("the sentence for %s fails", kind)
    return f"{words['actor']}: {kind} ({words['subject']})"


register(
    "journal.values-erased",
    _("{actor} löscht persönliche Angaben zu {subject}: {reason}"),
)
