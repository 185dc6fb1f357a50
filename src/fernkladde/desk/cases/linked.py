"""What the page of a case shows around it: other cases, and forms for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.utils.translation import gettext as _

from fernkladde.cases import actions
from fernkladde.cases.models import Case, CaseLink, CaseState, LinkKind
from fernkladde.desk.forms.around import LinkForm, MergeForm, PriorityForm, TagsForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
SHOWN_FROM_THE_OTHER: Mapping[str, Any] = {
    LinkKind.RELATES: lambda: _("gehört zu"),
    LinkKind.DUPLICATE: lambda: _("hat ein Doppel in"),
    LinkKind.FOLLOWS: lambda: _("hat als Folge"),
    LinkKind.SPLIT: lambda: _("davon abgetrennt"),
    LinkKind.MERGED: lambda: _("hier aufgegangen"),
}


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case, and what this one has to do with it."""

    words: str
    case: Case


def linked_cases(case: Case) -> list[Linked]:
    """Return the cases that this one has to do with: one query."""
    links = CaseLink.objects.filter(Q(one=case) | Q(other=case))
    return [
        Linked(str(link.get_kind_display()), link.other)
        if link.one_id == case.pk
        else Linked(SHOWN_FROM_THE_OTHER[link.kind](), link.one)
        for link in links.select_related("one", "other").order_by("pk")
    ]


@dataclass(frozen=True, slots=True)
class Around:
    """A case's tags, who watches it and its files, each by key."""

    tags: list[str]
    watchers: dict[int, str]
    files: dict[int, str]


def around_case(case: Case) -> Around:
    """Return the short things of a case: one query for all."""
    tags = case.tags.values_list(Value("tag"), "word", Value(0))
    people = case.watchers.values_list(
        Value("person"), "person__full_name", "person_id"
    )
    files = case.attachments.values_list(Value("file"), "name", "pk")
    rows = sorted(tags.union(people, files, all=True))
    return Around(
        tags=[word for kind, word, _key in rows if kind == "tag"],
        watchers={key: name for kind, name, key in rows if kind == "person"},
        files={key: name for kind, name, key in rows if kind == "file"},
    )


def around_forms(case: Case, tags: Sequence[str]) -> dict[str, Any]:
    return {
        "priority": PriorityForm(
            auto_id="priority_%s", initial={"priority": case.priority}
        ),
        "tags": TagsForm(auto_id="tags_%s", initial={"words": ", ".join(tags)}),
        "link": LinkForm(auto_id="link_%s"),
        "merge": MergeForm(auto_id="merge_%s"),
    }


def may_reopen(case: Case, *, at: datetime) -> bool:
    """Say whether one may go on with the case, or a new one has to follow."""
    try:
        actions.check_reopening(case, CaseState.IN_PROGRESS, at=at)
    except actions.DoneTooLong:
        return False
    return True
