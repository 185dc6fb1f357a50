"""The page of a month: its funnel, what is open, and its customers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fernkladde.billing import facts
from fernkladde.billing.marks import (
    Mark,
    kept_marks,
    marks,
    marks_since,
    settled_in,
    terms_changed_since,
)
from fernkladde.billing.models import Preview, PreviewState, Settlement
from fernkladde.billing.open_points import timer_points
from fernkladde.billing.period import Month, NoSuchMonth
from fernkladde.customers.models import Customer
from fernkladde.desk.access import needs
from fernkladde.desk.forms.month import IssueForm
from fernkladde.desk.lists import PER_PAGE

from .funnel import NOW, funnel
from .mending import Point, Way, points, ways
from .overview import Overview, open_previews, overview

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from django.core.paginator import Page
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from fernkladde.billing.models import Run
    from fernkladde.desk.access import StaffRequest

TIMERS = ("running_timer", "unconfirmed")
SETTLED = "settled"
TABS: tuple[tuple[str, StrOrPromise], ...] = (
    ("", gettext_lazy("Alle offenen")),
    (PreviewState.PREVIEWED, gettext_lazy("Vorschau")),
    (PreviewState.APPROVED, gettext_lazy("Freigegeben")),
    (PreviewState.OUTDATED, gettext_lazy("Veraltet")),
    (PreviewState.PARKED, gettext_lazy("Zurückgestellt")),
    (PreviewState.HELD, gettext_lazy("Zurückgehalten")),
    (SETTLED, gettext_lazy("Ausgestellt")),
)
CHOOSABLE = {PreviewState.PREVIEWED, PreviewState.APPROVED}


@dataclass(frozen=True, slots=True)
class Tab:
    show: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A customer's preview in the list; `touched` where its work was changed since."""

    preview: Preview
    touched: bool
    reasons: list[Way]

    @property
    def choosable(self) -> bool:
        return self.preview.state in CHOOSABLE

    @property
    def change(self) -> Decimal | None:
        """Return by how much the sum differs from the preview before."""
        before = self.preview.net_before
        return None if before is None else self.preview.net - before


@dataclass(frozen=True, slots=True)
class Since:
    """What was done since the preview was made; it asks for a new one."""

    touched: int
    unseen: int
    terms: bool

    def __bool__(self) -> bool:
        return bool(self.touched or self.unseen or self.terms)


@dataclass(frozen=True, slots=True)
class Late:
    """Work of a customer whose month is closed: it comes with the next run."""

    number: str
    name: str
    sessions: int


def month_of(period: str) -> Month:
    try:
        return Month.parse(period)
    except NoSuchMonth as refusal:
        raise Http404(str(refusal)) from None


@needs("read_money")
@require_safe
def month(request: StaffRequest, period: str) -> HttpResponse:
    return month_page(request, month_of(period))


def month_page(
    request: StaffRequest,
    month: Month,
    *,
    form: IssueForm | None = None,
    chosen: Iterable[str] = (),
) -> HttpResponse:
    """Show the month; `form` and `chosen` keep what was typed when it was refused."""
    today = timezone.localdate()
    stage = overview(str(month))
    touched = _touched(stage.run, month)
    open_points = _open_points(stage, month)
    steps = funnel(stage, len(open_points))
    context = {
        "month": month,
        "stage": stage,
        "steps": steps,
        "now_step": next((step.label for step in steps if step.tone == NOW), ""),
        "points": open_points,
        "since": _since(stage.run, touched),
        "late": _late(stage.run, touched),
        "still_runs": today <= month.last,
        "form": form or IssueForm(initial={"issued_on": today}),
        "chosen": set(chosen),
        "may_bill": request.user.may("bill"),
        **_customers(request, stage, touched),
    }
    return render(request, "desk/month/month.html", context)


def _touched(run: Run | None, month: Month) -> dict[int, Mark]:
    zone = facts.load_zone()
    if run is None or run.previewed_at is None:
        return marks(month.last, zone)
    return marks_since(run, month.last, zone)


def _open_points(stage: Overview, month: Month) -> list[Point]:
    """Timers as they run now; the rest as the last preview found it."""
    timers = timer_points(month.last, timezone.get_current_timezone())
    found = [point.stored() for point in timers]
    if stage.run is not None:
        stored = stage.run.open_points
        found += [row for row in stored if row["kind"] not in TIMERS]
    return points(found)


def _since(run: Run | None, now: dict[int, Mark]) -> Since | None:
    """Compare the marks of the previews with those of this moment."""
    if run is None or run.previewed_at is None:
        return None
    settled = settled_in(run)
    then = {
        one.customer: one.mark for one in kept_marks(run) if one.customer not in settled
    }
    touched = sum(str(now.get(customer, "")) != mark for customer, mark in then.items())
    unseen = len(now.keys() - then.keys() - settled.keys())
    return Since(touched, unseen, terms_changed_since(run.seen_entry))


def _late(run: Run | None, now: dict[int, Mark]) -> list[Late]:
    """List unbilled work of customers whose month is closed: none of it is lost."""
    if run is None:
        return []
    keys = settled_in(run).keys() & now.keys()
    rows = Customer.objects.filter(pk__in=keys).order_by("number")
    return [Late(row.number, row.name, now[row.pk].sessions) for row in rows]


def _customers(
    request: StaffRequest, stage: Overview, now: dict[int, Mark]
) -> dict[str, Any]:
    show = request.GET.get("show", "")
    if not stage.previewed and stage.settled and "show" not in request.GET:
        show = SETTLED
    tabs = _tabs(stage, show)
    context: dict[str, Any] = {"tabs": tabs, "show": show}
    if stage.run is None:
        return context
    if show == SETTLED:
        live = Settlement.objects.filter(run=stage.run, released_by=None)
        closed = live.select_related("customer", "invoice__rendering").defer("content")
        return context | {"page": _page(request, closed.order_by("customer__number"))}
    previews = open_previews(stage.run).select_related("customer")
    if show in PreviewState.values:
        previews = previews.filter(state=show)
    page = _page(request, previews.order_by("customer__number"))
    rows = [_row(one, now) for one in page]
    compared = any(row.change is not None for row in rows)
    return context | {"page": page, "rows": rows, "compared": compared}


def _page(request: StaffRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _row(preview: Preview, now: dict[int, Mark]) -> Row:
    touched = str(now.get(preview.customer_id, "")) != preview.mark
    return Row(preview, touched, ways(preview.reasons))


def _tabs(stage: Overview, show: str) -> list[Tab]:
    """Offer what has something in it, and what is looked at."""
    counts = {"": stage.previewed, SETTLED: stage.settled, **stage.states}
    return [
        Tab(code, str(label), counts.get(code, 0), current=show == code)
        for code, label in TABS
        if counts.get(code) or code in {"", show}
    ]
