"""The Kladde as a book by day: who did what, when, on what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from fernkladde.accounts.models import User
from fernkladde.journal import queries
from fernkladde.journal.models import SYSTEM, Entry

from .access import needs
from .addresses import SUBJECTS, address_of, next_address
from .forms.journal import OLDEST_FIRST, JournalFilter
from .posting import posted_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from django.http import HttpResponse

    from fernkladde.journal.models import EntryQuerySet
    from fernkladde.journal.queries import Line

    from .access import StaffRequest

    Pages = Paginator[Entry]
else:
    Pages = Paginator

PER_PAGE = 50
MOST_PRINTED = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the Kladde cut where it names its actor and its subject."""

    line: Line
    actor: str
    before: str
    link: str
    after: str
    url: str


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    lines: list[Told]


class BookPages(Pages):
    """Pages of the whole book: its numbers have no gap, so nothing is counted."""

    @cached_property
    def count(self) -> int:
        return queries.head().sequence


@needs("read_journal")
@require_safe
def journal(request: StaffRequest) -> HttpResponse:
    form = JournalFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    entries = _found(asked)
    filtered = any(asked.get(name) for name in FILTERS)
    printing = "print" in request.GET
    pages = (Paginator if filtered else BookPages)(
        entries, MOST_PRINTED if printing else PER_PAGE
    )
    page = pages.get_page(request.GET.get("page"))
    first, last = (page.number - 1) * pages.per_page, page.end_index()
    if filtered:
        shown = entries[first:last]
    else:
        shown = _by_number(entries, first, last, pages.count)
    context = {
        "form": form,
        "page": page,
        "days": list(_by_day(queries.readable(shown))),
        "head": queries.head(),
        "filtered": filtered,
        "printing": printing,
    }
    return render(request, "desk/journal/journal.html", context)


def _by_number(
    entries: EntryQuerySet, first: int, last: int, count: int
) -> EntryQuerySet:
    """Cut a page out of the whole book: numbers have no gap, skipping takes long."""
    if entries.query.order_by == ("sequence",):
        return entries.filter(sequence__gt=first, sequence__lte=last)
    return entries.filter(sequence__gt=count - last, sequence__lte=count - first)


FILTERS = ("about", "since", "until", "person", "room")


def _found(asked: Mapping[str, Any]) -> EntryQuerySet:
    """Keep what was asked for; an empty field keeps all."""
    entries = Entry.objects.all()
    zone = timezone.get_current_timezone()
    if about := asked.get("about"):
        entries = entries.filter(subject__in=_subjects_called(about))
    if since := asked.get("since"):
        entries = entries.from_day(since, zone=zone)
    if until := asked.get("until"):
        entries = entries.until_day(until, zone=zone)
    if person := asked.get("person"):
        entries = entries.by(_person(person))
    if room := asked.get("room"):
        entries = entries.of_room(room)
    if asked.get("order") == OLDEST_FIRST:
        return entries.in_order()
    return entries.newest_first()


def _subjects_called(text: str) -> list[str]:
    """Return what a typed number may mean: "26-0412" is a case, or a plant."""
    return [text, *(f"{word}/{text}" for word in SUBJECTS)]


def _person(username: str) -> User | None:
    return None if username == SYSTEM else User.objects.get(username=username)


def _by_day(lines: Iterable[Line]) -> Iterator[Day]:
    told = (tell(line) for line in lines)
    for day, found in groupby(told, lambda one: _local_day(one.line)):
        yield Day(day, list(found))


def _local_day(line: Line) -> date:
    return timezone.localtime(line.happened_at).date()


def tell(line: Line) -> Told:
    """Cut a sentence so that its actor can be bold and its subject a link."""
    rest = line.text
    actor = line.actor if rest.startswith(line.actor) else ""
    rest = rest.removeprefix(actor)
    before, link, after = rest.partition(line.subject_name)
    return Told(line, actor, before, link, after, address_of(line.subject))


@needs("read_journal")
@posted_from("journal")
def verify(request: StaffRequest) -> HttpResponse:
    """Go along the whole chain and say whether it holds."""
    found = queries.verify()
    if found.holds:
        messages.success(request, _it_holds(found.count))
    else:
        messages.error(request, _it_breaks(found))
    return redirect(next_address(request, otherwise="journal"))


def _it_holds(count: int) -> str:
    checked = ngettext(
        "%(count)d Eintrag geprüft, die Kette hält.",
        "%(count)d Einträge geprüft, die Kette hält.",
        count,
    )
    head = queries.head()
    ends = _("Kopf Nr. %(number)d: %(hash)s")
    return f"{checked} {ends}" % {
        "count": count,
        "number": head.sequence,
        "hash": head.hash,
    }


def _it_breaks(found: queries.Verification) -> str:
    return _(
        "Ab Nr. %(number)d hält die Kette nicht: %(reason)s Rufen Sie die "
        "Administration; bis eine Sicherung verglichen ist, ändern Sie nichts."
    ) % {"number": found.first_bad, "reason": found.reason}


urlpatterns = [
    path("kladde/", journal, name="journal"),
    path("kladde/pruefen/", verify, name="journal-verify"),
]
