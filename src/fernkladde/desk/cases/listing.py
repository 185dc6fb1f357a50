"""All cases: filtered, sorted, fifty a page; what needs me now stands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.cases.models import DONE, Case, CaseState
from fernkladde.cases.queries import CaseRow, case_rows
from fernkladde.customers.models import Customer
from fernkladde.desk.access import needs
from fernkladde.desk.forms.cases import ALL, ME, NOBODY, WATCHED, CaseFilterForm
from fernkladde.desk.listings.export import export_of
from fernkladde.desk.listings.listing import Column, Listing
from fernkladde.desk.listings.tools import ListTools
from fernkladde.desk.lists import in_order, page_of
from fernkladde.desk.moments import moment_of
from fernkladde.desk.templatetags.cases import cause_name
from fernkladde.plants.models import Plant
from fernkladde.search.queries import matching

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import CaseQuerySet
    from fernkladde.desk.access import StaffRequest

SORTS = {
    "number": ("number",),
    "subject": ("subject",),
    "customer": ("customer__name", "-opened_at"),
    "state": ("state", "-opened_at"),
    "person": ("assigned_to__full_name", "-opened_at"),
    "opened": ("opened_at",),
    "priority": ("-priority", "-opened_at"),
    "due": ("due_at",),
}
USUAL = "-opened"
# What columns read that a person may choose besides.
MORE = ("cause", "due_at", "closed_at", "reported_by", "solution")


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A row with its weight: `now` needs this person, `quiet` is done."""

    row: CaseRow
    seconds: int
    weight: str


@needs("read")
@require_safe
def case_list(request: StaffRequest) -> HttpResponse:
    form = CaseFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _found(Case.objects.visible_to(request.user), asked, request.user)
    page = page_of(request, found, sorts=SORTS, otherwise=USUAL)
    tools = ListTools(LISTING, request)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(page.object_list, request, MORE if tools.extra else ()),
        "tools": tools,
        "now": moment_of(request),
        "customer": _named(Customer, asked.get("customer")),
        "plant": _named(Plant, asked.get("plant")),
    }
    return render(request, "desk/cases/list.html", context)


def _ordered(request: StaffRequest) -> QuerySet[Case]:
    form = CaseFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = _found(Case.objects.visible_to(request.user), asked, request.user)
    return in_order(request, found, sorts=SORTS, otherwise=USUAL)


def _rows(
    cases: Any, request: StaffRequest, also: Sequence[str] = MORE
) -> list[ListedCase]:
    now = moment_of(request)
    return [
        ListedCase(row, row.worked_at(now), weight_of(row, request.user))
        for row in case_rows(cases, also=also)
    ]


def weight_of(row: CaseRow, user: User) -> str:
    """Say whether a case needs this person now, or nobody any more."""
    case = row.case
    if any(session.technician_id == user.pk for session in row.running):
        return "now"
    if case.state in DONE:
        return "quiet"
    waits = case.state in {CaseState.NEW, CaseState.REOPENED, CaseState.WAITING_US}
    return "now" if waits and case.assigned_to_id in {None, user.pk} else ""


def _found(cases: CaseQuerySet, asked: Mapping[str, Any], user: User) -> CaseQuerySet:
    state = asked.get("state")
    if not state:
        cases = cases.open()
    elif state != ALL:
        cases = cases.filter(state=state)
    if customer := asked.get("customer"):
        cases = cases.filter(customer__number=customer)
    if plant := asked.get("plant"):
        cases = cases.filter(plant__number=plant)
    if asked.get("due"):
        cases = cases.filter(due_at__isnull=False)
    if tag := asked.get("tag"):
        cases = cases.filter(tags__word=tag)
    if priority := asked.get("priority"):
        cases = cases.filter(priority=priority)
    cases = _of_person(cases, asked.get("person"), user)
    text = asked.get("text")
    return cases.filter(matching("case", text)) if text else cases


def _of_person(cases: CaseQuerySet, person: str | None, user: User) -> CaseQuerySet:
    if not person:
        return cases
    if person == NOBODY:
        return cases.filter(assigned_to=None)
    if person == WATCHED:
        return cases.filter(watchers__person=user)
    if person == ME:
        return cases.filter(assigned_to=user)
    return cases.filter(assigned_to__username=person)


def _named(model: type[Customer] | type[Plant], number: str | None) -> object | None:
    return model.objects.filter(number=number).first() if number else None


LISTING = Listing(
    place="case-list",
    word="read",
    title=_("Fälle"),
    found=_ordered,
    rows=_rows,
    columns=(
        Column(
            key="number", label=_("Nr."), value=lambda o: o.row.case.number, fixed=True
        ),
        Column(
            key="subject",
            label=_("Betreff"),
            value=lambda o: o.row.case.subject,
            fixed=True,
        ),
        Column(
            key="customer", label=_("Kunde"), value=lambda o: o.row.case.customer.name
        ),
        Column(
            key="plant",
            label=_("Anlage"),
            value=lambda o: o.row.case.plant.name if o.row.case.plant else "",
        ),
        Column(
            key="state",
            label=_("Zustand"),
            value=lambda o: o.row.case.get_state_display(),
        ),
        Column(
            key="person",
            label=_("Wer"),
            value=lambda o: str(o.row.case.assigned_to or ""),
        ),
        Column(
            key="worked",
            label=_("Gearbeitet"),
            value=lambda o: timedelta(seconds=o.seconds),
        ),
        Column(key="opened", label=_("Gemeldet"), value=lambda o: o.row.case.opened_at),
        Column(
            key="cause",
            label=_("Ursache"),
            value=lambda o: str(cause_name(o.row.case.cause)),
            extra=True,
        ),
        Column(
            key="due",
            label=_("Zielzeit"),
            value=lambda o: o.row.case.due_at,
            extra=True,
        ),
        Column(
            key="closed",
            label=_("Abgeschlossen am"),
            value=lambda o: o.row.case.closed_at,
            extra=True,
        ),
        Column(
            key="reporter",
            label=_("Gemeldet von"),
            value=lambda o: o.row.case.reported_by,
            extra=True,
        ),
        Column(
            key="solution",
            label=_("Lösung"),
            value=lambda o: o.row.case.solution,
            extra=True,
        ),
    ),
)

urlpatterns = [
    path("faelle/", case_list, name="case-list"),
    export_of(LISTING, "liste/faelle/"),
]
