"""Master records: checked before they are written, compared before they are noted.

Customers, plants, contracts and cases are all written through here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = TypeVar("Row", bound=models.Model)
Changes = dict[str, list[Any]]
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# What may name people can be erased from the Kladde later; free text may do so too.
PERSONAL = frozenset({"phone", "email", "note"})


class InvalidRecord(Refusal):
    """What was typed cannot be kept; `faults` has the sentences by field."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        self.faults = dict(faults)
        field, sentences = next(iter(self.faults.items()))
        super().__init__(sentences[0], field=field)


class NumberTaken(Refusal):
    """Another record has this number already."""


class NumberFixed(Refusal):
    """A number stands on papers and in the Kladde; it is never changed."""


@dataclass(frozen=True, slots=True)
class Draft(Generic[Row]):
    """A checked row that is not written yet, and the values that were given for it."""

    row: Row
    values: Mapping[str, Any]


def drafted(row: Row, values: Mapping[str, Any]) -> Draft[Row]:
    check(row)
    return Draft(row, values)


def invalid(field: str, sentence: str) -> InvalidRecord:
    return InvalidRecord({field: [sentence]})


def check(row: models.Model) -> None:
    """Refuse what the columns cannot keep; SQLite itself knows no limits of length.

    That what it refers to exists is left to the database.
    """
    _check_text(row)
    links = {field.name for field in row._meta.fields if field.is_relation}  # noqa: SLF001
    try:
        row.clean_fields(exclude=links)
    except ValidationError as error:
        faults = error.message_dict
        faults.pop(NON_FIELD_ERRORS, None)
        raise InvalidRecord(faults) from None


def _check_text(row: models.Model) -> None:
    """Refuse a NUL and half a character: PostgreSQL keeps no such text."""
    for field in row._meta.fields:  # noqa: SLF001
        value = field.value_from_object(row) if not field.generated else None
        if isinstance(value, str) and UNWRITABLE.search(value):
            sentence = _("Der Text enthält Zeichen, die nicht gespeichert werden.")
            raise invalid(field.name, sentence)


def strip(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in values.items()
    }


def insert(row: Row, *, key: str = "number") -> Row:
    """Insert a checked row; its key must be new."""
    check(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        taken = getattr(row, key)
        if not _rows(row).filter(**{key: taken}).exists():
            raise
        sentence = _("„%(key)s“ gibt es schon. Bitte eine andere Bezeichnung wählen.")
        raise NumberTaken(sentence % {"key": taken}, field=key) from None
    return row


def locked(row: Row) -> Row:
    """Read the row again for change. SQLite needs no lock: it has one writer."""
    return _rows(row).select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def _rows(row: Row) -> models.QuerySet[Row]:
    return type(row)._default_manager.all()  # noqa: SLF001 - Django's own name


def update(
    row: Row,
    values: Mapping[str, Any],
    *,
    check_also: Callable[[Row], None] | None = None,
) -> Changes:
    """Write what differs and return it as {field: [before, after]}.

    The row should be `locked`, so that what is noted as "before" is the truth.
    """
    changes = alter(row, values, check_also=check_also)
    if changes:
        row.save(update_fields=list(changes))
    return changes


def alter(
    row: Row,
    values: Mapping[str, Any],
    *,
    check_also: Callable[[Row], None] | None = None,
) -> Changes:
    """Let the row say what differs, and return that; nothing is written yet."""
    if "number" in values and values["number"] != getattr(row, "number", None):
        raise NumberFixed(
            _("Die Nummer steht auf Belegen und in der Kladde; sie bleibt."),
            field="number",
        )
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    check(row)
    if check_also:
        check_also(row)
    return {
        name: [as_fact(before[name]), as_fact(getattr(row, name))]
        for name in values
        if before[name] != getattr(row, name)
    }


def change(row: Row, alter: Callable[[Row], Changes]) -> tuple[Row, Changes]:
    """Lock the row, let `alter` say what differs, and write that.

    Returns the row as it is now, and {field: [before, after]}.
    """
    current = locked(row)
    changes = alter(current)
    copy_to(row, current, changes)
    if changes:
        current.save(update_fields=list(changes))
    return current, changes


def copy_to(row: models.Model, current: models.Model, names: Mapping[str, Any]) -> None:
    """Let the caller's row say what was written."""
    for name in names:
        setattr(row, name, getattr(current, name))


def as_fact(value: object) -> Any:
    """Return a value as the Kladde writes it; a record is named by its number."""
    if isinstance(value, models.Model):
        return getattr(value, "number", None) or getattr(value, "code", str(value))
    if isinstance(value, models.Choices):
        return value.value
    if isinstance(value, list | tuple | set | frozenset | models.QuerySet):
        return [as_fact(item) for item in value]
    return value


def as_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given, without what is empty."""
    empty: tuple[object, ...] = ("", None, [], ())
    return {
        name: as_fact(value) for name, value in values.items() if value not in empty
    }


def told_apart(
    values: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Part what the Kladde keeps for ever from what it can forget."""
    personal = {name: values[name] for name in values if name in PERSONAL}
    facts = {name: value for name, value in values.items() if name not in PERSONAL}
    return facts, personal


def changes_told_apart(
    changes: Changes, facts: Mapping[str, Any], *more_personal: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Part changes as well; of a personal field the fact is only that it changed."""
    hidden = PERSONAL.union(more_personal)
    open_changes = {name: pair for name, pair in changes.items() if name not in hidden}
    noted = sorted(hidden.intersection(changes))
    personal = {}
    for name in noted:
        personal[f"{name}_before"], personal[name] = changes[name]
    return {**facts, "changes": open_changes, "personal_changes": noted}, personal
