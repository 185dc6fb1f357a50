"""Words as they are searched, the same on both databases.

Pure: no clock, no database. Texts become tokens, typed words become questions for
tokens; both go through `fold`, so that "Müller", "Mueller" and "MULLER" are one.
A token is made of letters and digits alone. With a mark before it, it is something
else than a word: see `MARKS` below.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANGUAGES = ("german", "english")
# Letters that do not fall apart into a plain one and its mark.
LETTERS = str.maketrans(
    {"æ": "a", "œ": "o", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
# How umlauts are written where the keyboard has none.
SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
WORD = re.compile(r"[^\W_]+")
# "26-0412" and "SN-4711/A" are also searched without what parts them.
RUN = re.compile(r"[^\W_]+(?:[-./][^\W_]+)+")

# MARKS: "_26" a word that begins so (one digit or two letters), "_n260412" a whole
# number, "_bmullerpressen" a whole name.
NUMBER, NAME = "_n", "_b"

LONGEST_TOKEN = 40
LONGEST_TYPED = 200
MOST_TYPED = 8
# More different words than a long letter has; the rest of a text is not searched.
MOST_WORDS = 4000
SHORTEST_STEMMED = 4
# Parts of words: "antrieb" in "Hauptantrieb", "4711" in "SN004711".
FIRST_PART, SHORTEST_PART = 2, 4
FIRST_PART_OF_NUMBER, SHORTEST_PART_OF_NUMBER = 1, 3
# Fewer digits occur in too many telephone numbers to be meant as one.
SHORTEST_DIALLED = 4
# Left out of what is typed, if another word remains.
FILLERS = frozenset(
    (
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "am", "an", "im", "in",
        "ins", "und", "oder", "mit", "von", "vom", "zu", "zum", "zur", "bei", "beim",
        "auf", "fur", "the", "of", "and", "or", "on", "at", "to", "for", "with",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What can be found of one thing. `phones` are numbers in E.164 form."""

    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One token that is asked for, or all that begin so."""

    token: str
    begins: bool = False


# All clauses of a question must hold, each by one of its terms.
Question = tuple[tuple[Term, ...], ...]


def fold(text: str) -> str:
    """Return a text without umlauts, accents and capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    plain = plain.casefold().translate(LETTERS)
    for spelling, letter in SPELLINGS:
        plain = plain.replace(spelling, letter)
    return plain


def joined(text: str) -> str:
    """Return the letters and digits of a number or name in one piece."""
    return "".join(WORD.findall(fold(text)))[:LONGEST_TOKEN]


def digits_dialled(text: str) -> str:
    """Return the digits that a telephone number must contain to be meant.

    "0711 / 123 45", "+49 (0)711 12345" and "0049 711 123" all lead to the same
    number, also half typed: what stands before the area code is left off. Nothing
    if the text cannot be a telephone number.
    """
    if any(letter.isalpha() for letter in text):
        return ""
    plain = re.sub(r"[^0-9+]", "", text.replace("(0)", ""))
    if plain.startswith("+"):
        digits = plain.replace("+", "")
    elif plain.startswith("00"):
        digits = plain[2:]
    else:
        digits = plain.removeprefix("0")
    digits = digits.replace("+", "")
    return digits if len(digits) >= SHORTEST_DIALLED else ""


def tokens_of(texts: Iterable[Text]) -> str:
    """Return all tokens of one thing, in order, for the database to index."""
    found: set[str] = set()
    for text in texts:
        found.update(_tokens(text))
    return " ".join(sorted(found))


def _tokens(text: Text) -> Iterator[str]:
    for number in text.numbers:
        if plain := joined(number):
            yield NUMBER + plain
            yield from _of_word(plain)
    for name in text.names:
        if plain := joined(name):
            yield NAME + plain
    for phone in text.phones:
        yield from _of_word(joined(phone))
    for word in _words(text.numbers, text.names, text.words):
        yield from _of_word(word)


def _words(*groups: tuple[str, ...]) -> Iterable[str]:
    """Return the different words of texts, and what is written in one piece."""
    found: dict[str, None] = {}
    for text in (text for group in groups for text in group):
        folded = fold(text)
        for word in WORD.findall(folded):
            found[word[:LONGEST_TOKEN]] = None
        for run in RUN.findall(folded):
            if any(map(str.isdigit, run)):
                found["".join(WORD.findall(run))[:LONGEST_TOKEN]] = None
        if len(found) > MOST_WORDS:
            break
    return list(found)[:MOST_WORDS]


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    """Return a word's tokens: itself, its beginnings, its stems and its ends."""
    if not word:
        return ()
    # One letter finds too much, one digit ("Presse 3") is meant.
    first = (f"_{word[:1]}",) if word[:1].isdigit() else ()
    return (word, *first, f"_{word[:2]}", *stems(word), *_ends(word))


def _ends(word: str) -> Iterator[str]:
    first, shortest = FIRST_PART, SHORTEST_PART
    if any(map(str.isdigit, word)):
        first, shortest = FIRST_PART_OF_NUMBER, SHORTEST_PART_OF_NUMBER
    for start in range(first, len(word) - shortest + 1):
        yield word[start:]


@lru_cache(maxsize=20_000)
def stems(word: str) -> tuple[str, ...]:
    """Return the German and the English stem of a folded word, if it has any."""
    if len(word) < SHORTEST_STEMMED or not word.isalpha():
        return ()
    # A stemmer keeps the word while it works: threads cannot share one.
    found = {snowballstemmer.stemmer(name).stemWord(word) for name in LANGUAGES}
    return tuple(sorted(found - {word}))


def asked(typed: str) -> tuple[Question, ...]:
    """Return what the typed text asks for; one of the questions must be met.

    Every word must occur: as a word, in another grammatical form, or as a part of
    a longer word. Digits without letters may also be a telephone number, or a number
    that is written with other signs between.
    """
    typed = typed[:LONGEST_TYPED]
    questions = [tuple(map(_terms, typed_words(typed)))]
    if digits := digits_dialled(typed):
        questions.append(((Term(digits[:LONGEST_TOKEN], begins=True),),))
    return tuple(dict.fromkeys(question for question in questions if question))


def typed_words(typed: str) -> list[str]:
    """Return the folded words that count of what was typed."""
    words = list(dict.fromkeys(WORD.findall(fold(typed[:LONGEST_TYPED]))))
    telling = [
        word
        for word in words
        if word not in FILLERS and (len(word) > 1 or word.isdigit())
    ]
    return (telling or words)[:MOST_TYPED]


def _terms(word: str) -> tuple[Term, ...]:
    word = word[:LONGEST_TOKEN]
    if len(word) <= len("ab"):
        return (Term(f"_{word}"),)
    return (Term(word, begins=True), *map(Term, stems(word)))
