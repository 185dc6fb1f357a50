"""What every kind of table is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from fernkladde.accounts.models import User
    from fernkladde.imports.models import Batch, TableKind
    from fernkladde.imports.tables.fields import Field, Given
    from fernkladde.imports.tables.verdicts import Judged
    from fernkladde.journal.actions import Note

# A file is judged and written so many rows at a time.
AT_ONCE = 500
MASTER_ROWS = 20_000
HISTORY_ROWS = 1_048_575


class ChangedMeanwhile(Refusal):
    """Between looking and writing somebody else has written."""


class NotUndoable(Refusal):
    """Something rests on what a batch has brought; `sentences` say what."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(sentences[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A batch that is being taken in, or undone: in whose name, and when."""

    batch: Batch
    by: User | None
    at: datetime


class Kind(ABC):
    """How rows of one kind of table become records, and how they are taken back."""

    name: ClassVar[TableKind]
    fields: ClassVar[tuple[Field, ...]]
    most_rows: ClassVar[int] = MASTER_ROWS
    # Whether the work of a million rows is kept on disk until it is written.
    is_large: ClassVar[bool] = False

    @abstractmethod
    def resolve(self, rows: Sequence[Given]) -> None:
        """Put records in the place of their numbers; note which are not there."""

    @abstractmethod
    def key(self, given: Given) -> str:
        """Return what makes it this record and no other; resolved values stand in."""

    def may_repeat(self, given: Given) -> bool:
        """Tell whether a second row of the same key is a second record."""
        return False

    @abstractmethod
    def judge(self, rows: Sequence[Given], *, today: date) -> Iterator[Judged]:
        """Say of each row what becomes of it; nothing is written."""

    @abstractmethod
    def write(self, works: Iterable[Any], taking: Taking) -> Iterable[Note]:
        """Do what was judged, inside the caller's transaction.

        All rows first; the notes are recorded when all of them are written, for from
        then on other writers wait.
        """

    @abstractmethod
    def undo(self, taking: Taking) -> Iterable[Note]:
        """Take back what the batch did, or refuse and say what rests on it."""
