"""Templates for cases and canned answers: what nobody types twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from django.db import transaction

from fernkladde.cases.models import CannedAnswer, CaseTemplate
from fernkladde.customers import records
from fernkladde.journal import actions as journal
from fernkladde.plants.secrets import refuse_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from fernkladde.accounts.models import User

    Text = TypeVar("Text", CaseTemplate, CannedAnswer)


class TemplateFields(TypedDict, total=False):
    name: str
    subject: str
    cause: str
    priority: int
    text: str


class AnswerFields(TypedDict, total=False):
    name: str
    text: str


@transaction.atomic
def save_template(
    *,
    by: User | None,
    at: datetime,
    template: CaseTemplate | None = None,
    **fields: Unpack[TemplateFields],
) -> CaseTemplate:
    """Write a new template, or change one."""
    return _saved(template or CaseTemplate(), fields, "template", by=by, at=at)


@transaction.atomic
def save_answer(
    *,
    by: User | None,
    at: datetime,
    answer: CannedAnswer | None = None,
    **fields: Unpack[AnswerFields],
) -> CannedAnswer:
    """Write a new canned answer, or change one."""
    return _saved(answer or CannedAnswer(), fields, "answer", by=by, at=at)


@transaction.atomic
def remove_text(
    *, text: CaseTemplate | CannedAnswer, by: User | None, at: datetime
) -> None:
    """Take a template or answer away; what was written with it stays."""
    word = "template" if isinstance(text, CaseTemplate) else "answer"
    name = text.name
    if text.delete()[0]:
        _tell(word, "removed", {"name": name}, by=by, at=at)


def _saved(
    row: Text,
    fields: Mapping[str, Any],
    word: str,
    *,
    by: User | None,
    at: datetime,
) -> Text:
    values = records.strip(fields)
    refuse_secrets(text=values.get("text", ""))
    if row.pk is None:
        for name, value in values.items():
            setattr(row, name, value)
        records.insert(row, key="name")
        _tell(word, "written", values, by=by, at=at)
        return row
    changes = records.update(row, values)
    if changes:
        _tell(word, "changed", {"name": row.name, "changes": changes}, by=by, at=at)
    return row


def _tell(
    word: str, what: str, facts: Mapping[str, Any], *, by: User | None, at: datetime
) -> None:
    journal.record(
        kind=f"cases.{word}-{what}",
        subject=f"{word}/{facts['name']}",
        by=by,
        at=at,
        facts=facts,
    )
