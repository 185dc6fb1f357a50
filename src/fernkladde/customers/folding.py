"""Words as they are searched: "Müller", "Mueller" and "MULLER" are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Func, GeneratedField, TextField, Value
from django.db.models.functions import Lower, Replace

if TYPE_CHECKING:
    from django.db.models import Expression

# Both cases stand here because SQLite lowers only ASCII; and not more letters,
# because it reads no more than about 25 nested calls.
FOLDS = (
    ("Ä", "a"), ("ä", "a"), ("Ö", "o"), ("ö", "o"), ("Ü", "u"), ("ü", "u"),
    ("ß", "ss"), ("É", "e"), ("é", "e"), ("è", "e"), ("á", "a"), ("ó", "o"),
    ("Š", "s"), ("š", "s"), ("Č", "c"), ("č", "c"), ("ž", "z"),
)  # fmt: skip
# After lowering: how umlauts are written where the keyboard has none.
SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def fold(text: str) -> str:
    """Return the text as `Folded` keeps it in the database."""
    for letter, plain in FOLDS:
        text = text.replace(letter, plain)
    text = text.lower()
    for spelling, plain in SPELLINGS:
        text = text.replace(spelling, plain)
    return text


def _folded(fields: tuple[str, ...]) -> Expression:
    text: Expression = Func(
        *fields, template="(%(expressions)s)", arg_joiner=" || ' ' || "
    )
    for letter, plain in FOLDS:
        text = Replace(text, Value(letter), Value(plain))
    text = Lower(text)
    for spelling, plain in SPELLINGS:
        text = Replace(text, Value(spelling), Value(plain))
    return text


class Folded(Func):
    """Texts folded and joined by blanks, computed by the database itself.

    Stored columns are made of it: another way of folding needs another name and a
    migration.
    """

    template = "%(expressions)s"

    def __init__(self, *fields: str) -> None:
        super().__init__(_folded(fields), output_field=TextField())


def folded_column(*fields: str) -> GeneratedField:
    """Return a column that the database keeps for `find`, also for bulk imports."""
    return GeneratedField(
        expression=Folded(*fields), output_field=TextField(), db_persist=True
    )
