"""Answers that are kept while one page is made.

A page asks for the same things several times: what was agreed, what is not billed
yet. Whoever only reads opens `kept_answers`, and each question marked `once` is
answered once. Who writes never opens it, so that no answer is older than the page.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    Asked = ParamSpec("Asked")
    Answer = TypeVar("Answer")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def kept_answers() -> Iterator[None]:
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Keep the answer to a question whose arguments can be compared.

    An answer must not be changed by whoever gets it: others get the same one.
    """

    @wraps(question)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        kept = _kept.get()
        if kept is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = question(*args, **kwargs)
        answer: Answer = kept[key]
        return answer

    return asked
