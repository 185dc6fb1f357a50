"""What the rules do not allow, said in one sentence to the person who tried."""

from __future__ import annotations


class Refusal(Exception):
    """A foreseen refusal: `str()` is a sentence that says what, where, what now.

    `field` names the input that it is about, so that a form can show it there.
    """

    field: str | None

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
