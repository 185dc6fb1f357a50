"""Named filters and chosen columns of lists, kept for a person or shared with all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from fernkladde.journal.actions import label_of, record
from fernkladde.values.refusal import Refusal

from .models import KeptView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .models import User

MOST_VIEWS = 30
LONGEST_NAME, LONGEST_QUERY = 60, 1000


class ViewRefused(Refusal):
    """The filter cannot be kept; the sentence says why."""


class SharingRefused(Refusal):
    """Only some may share a filter with all, or take a shared one away."""

    def __init__(self) -> None:
        super().__init__(
            _("Filter für alle pflegt, wer auch Stammdaten pflegt."), field="shared"
        )


@transaction.atomic
def keep_view(
    *,
    person: User,
    place: str,
    name: str,
    query: str,
    shared: bool = False,
    at: datetime,
) -> KeptView:
    """Keep a filter under a name; the same name again replaces it."""
    name = " ".join(name.split())
    _check(name, query)
    if shared and not person.may("master_data"):
        raise SharingRefused
    mine = KeptView.objects.filter(person=person, place=place)
    if mine.exclude(name__in=("", name)).count() >= MOST_VIEWS:
        sentence = _("Mehr als %(count)d Filter werden unübersichtlich: einen löschen.")
        raise ViewRefused(sentence % {"count": MOST_VIEWS}, field="name")
    kept, _made = KeptView.objects.update_or_create(
        person=person,
        place=place,
        name=name,
        defaults={"query": query, "is_shared": shared},
    )
    _note("view-kept", person, at, place=place, shared=shared, name=name)
    return kept


@transaction.atomic
def drop_view(*, view: KeptView, by: User, at: datetime) -> None:
    """Take a filter away: one's own, or a shared one by whoever may share."""
    if view.person_id != by.pk and not (view.is_shared and by.may("master_data")):
        raise SharingRefused
    if not KeptView.objects.filter(pk=view.pk).delete()[0]:
        return
    _note(
        "view-dropped", by, at, place=view.place, shared=view.is_shared, name=view.name
    )


@transaction.atomic
def choose_columns(
    *, person: User, place: str, columns: Sequence[str], at: datetime
) -> None:
    """Keep which columns of a list this person wants to see; none: the usual ones."""
    if columns:
        KeptView.objects.update_or_create(
            person=person,
            place=place,
            name="",
            defaults={"columns": list(columns)},
        )
    else:
        KeptView.objects.filter(person=person, place=place, name="").delete()
    _note("columns-chosen", person, at, place=place, columns=list(columns))


def _check(name: str, query: str) -> None:
    if not name:
        raise ViewRefused(_("Der Filter braucht einen Namen."), field="name")
    if len(name) > LONGEST_NAME:
        sentence = _("Der Name darf höchstens %(most)d Zeichen haben.")
        raise ViewRefused(sentence % {"most": LONGEST_NAME}, field="name")
    if len(query) > LONGEST_QUERY:
        raise ViewRefused(_("Der Filter ist zu lang, um ihn zu merken."), field="name")


def _note(thing: str, person: User, at: datetime, **told: object) -> None:
    """Tell of it; what somebody calls a filter may be a customer's name."""
    name = str(told.pop("name", ""))
    record(
        kind=f"accounts.{thing}",
        subject=label_of(person),
        by=person,
        at=at,
        facts={"list": told.pop("place"), **told},
        personal={"name": name},
    )
