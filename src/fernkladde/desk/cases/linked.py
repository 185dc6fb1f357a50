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


def tags_and_watchers(case: Case) -> tuple[list[str], dict[int, str]]:
    """Return a case's tags, and who watches it by key: one query for both."""
    tags = case.tags.values_list("word", Value(0))
    people = case.watchers.values_list("person__full_name", "person_id")
    rows = sorted(tags.union(people, all=True))
    return (
        [word for word, person in rows if not person],
        {person: name for name, person in rows if person},
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
