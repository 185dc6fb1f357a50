"""A new call: find who calls, see their plant at one look, start case and clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fernkladde.cases import actions
from fernkladde.cases.models import Connection, Service
from fernkladde.cases.queries import timers_of
from fernkladde.plants.models import AccessKind
from fernkladde.search.find import caller, find, numbered

from .access import needs
from .forms.calls import FREE, GOODWILL, LATER, YES, TakeCallForm
from .forms.refusals import refusals_in
from .looks_at import Look, look_at
from .moments import moment_of
from .notices import Work, sentence_shown, spoken_notice
from .objects import get_case, get_customer, get_plant
from .posting import posted_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.http import HttpRequest, HttpResponse

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant
    from fernkladde.search.kinds import Found, Name

    from .access import StaffRequest

REFUSED = 422
CALLED_ABOUT: tuple[Name, ...] = ("plant", "contact", "customer")
# What stands beside the sentence, which is made anew for another kind of work.
KEPT = ("person", "channel", "goodwill_reason")
CONNECTIONS = {
    AccessKind.VPN: Connection.VPN,
    AccessKind.ROUTER: Connection.VPN,
    AccessKind.MODEM: Connection.MODEM,
    AccessKind.TOOL: Connection.TOOL,
    AccessKind.PHONE: Connection.PHONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls about what, as far as it is known."""

    customer: Customer
    plant: Plant | None
    case: Case | None
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, and the address of the look at it."""

    found: Found
    url: str


@needs("work")
@require_safe
def new_call(request: StaffRequest) -> HttpResponse:
    """Search, or show the look at what was chosen; a single hit is chosen at once."""
    if any(request.GET.get(name) for name in ("customer", "plant", "case")):
        chosen = _chosen(request)
        return _which_plant(request, chosen) or _show(request, chosen)
    number = ringing_number(request)
    text = number or request.GET.get("q", "").strip()
    found = caller(number, user=request.user) if number else []
    hits = _hits(found or _callable(text, request.user))
    meant = _meant(hits)
    if meant and not request.htmx:  # type: ignore[attr-defined]
        return redirect(meant.url)
    context = {"text": text, "hits": hits, "number": number}
    return render(request, "desk/calls/new.html", context)


def ringing_number(request: HttpRequest) -> str:
    """Return ?nummer=; telephones often send its plus sign as a blank."""
    number = request.GET.get("nummer", "")
    if number.startswith(" "):
        return f"+{number.strip()}"
    return number.strip()


def _callable(text: str, user: User) -> list[Found]:
    """Find what one can call about; of cases, who calls knows the number."""
    found = find(text, user=user, kinds=CALLED_ABOUT)
    return [*found, *numbered(text, user=user, kind="case")]


def _hits(found: Iterable[Found]) -> list[Hit]:
    return [Hit(one, _look_address(one)) for one in found]


def _look_address(found: Found) -> str:
    chosen = {"contact": "customer"}.get(found.kind, found.kind)
    query = {chosen: found.number}
    if found.kind == "contact":
        query["name"] = found.title
    return f"{reverse('new-call')}?{urlencode(query)}"


def _meant(hits: Sequence[Hit]) -> Hit | None:
    """Return the only hit, or the only customer, whose plants were found as well."""
    if len({hit.url for hit in hits}) == 1:
        return hits[0]
    if len({hit.found.customer for hit in hits}) > 1:
        return None
    return next((hit for hit in hits if hit.found.kind == "customer"), None)


def _chosen(request: StaffRequest) -> Caller:
    """Return what the address names; a case brings its plant, a plant its customer."""
    given = request.GET
    case = get_case(request, given["case"]) if given.get("case") else None
    if case:
        return Caller(
            customer=case.customer,
            plant=case.plant,
            case=case,
            name=given.get("name") or case.reported_by,
        )
    name = given.get("name", "")
    if given.get("plant"):
        plant = get_plant(request, given["plant"])
        return Caller(customer=plant.customer, plant=plant, case=None, name=name)
    customer = get_customer(request, given["customer"])
    plants = customer.plants.active().select_related("customer", "plant_type")
    first = list(plants.order_by("pk")[:2])
    only = first[0] if len(first) == 1 and "any" not in given else None
    return Caller(customer=customer, plant=only, case=None, name=name)


def _which_plant(request: StaffRequest, caller: Caller) -> HttpResponse | None:
    """Ask for the plant first: contract and price may hang on it."""
    if caller.plant or caller.case or "any" in request.GET:
        return None
    look = look_at(caller.customer, None, user=request.user, at=moment_of(request))
    if not look.plants:
        return None
    context = {"caller": caller, "look": look, "today": timezone.localdate()}
    return render(request, "desk/calls/plants.html", context)


def _show(
    request: StaffRequest, caller: Caller, form: TakeCallForm | None = None
) -> HttpResponse:
    look = look_at(
        caller.customer, caller.plant, user=request.user, at=moment_of(request)
    )
    work = _work(request, caller, look, form)
    notice = spoken_notice(work, at=moment_of(request))
    running = timers_of(request.user).running
    elsewhere = running if running and running.case != caller.case else None
    context = {
        "caller": caller,
        "look": look,
        "notice": notice,
        "elsewhere": elsewhere,
        "form": form or _first_form(request, caller, work, pause=bool(elsewhere)),
        "token": notice.token if notice else "",
    }
    status = REFUSED if form else 200
    return render(request, "desk/calls/look.html", context, status=status)


def _work(
    request: StaffRequest, caller: Caller, look: Look, form: TakeCallForm | None
) -> Work:
    """Return the work as it was chosen, else the usual way to this plant."""
    given = form.data if form else request.GET
    usual = CONNECTIONS[AccessKind(look.paths[0].kind)] if look.paths else "none"
    return Work(
        customer=caller.customer,
        plant=caller.plant,
        service=_among(given.get("service"), Service.values, Service.REMOTE),
        connection=_among(given.get("connection"), Connection.values, usual),
        case=caller.case,
    )


def _among(chosen: str | None, known: Collection[str], usual: str) -> str:
    return chosen if chosen is not None and chosen in known else str(usual)


def _first_form(
    request: StaffRequest, caller: Caller, work: Work, *, pause: bool
) -> TakeCallForm:
    """Return the form with what is known; a new sentence keeps what was typed."""
    typed = {name: request.GET[name] for name in KEPT if name in request.GET}
    return TakeCallForm(
        initial={
            "customer": caller.customer.number,
            "plant": caller.plant.number if caller.plant else "",
            "case": caller.case.number if caller.case else "",
            "reported_by": caller.name,
            "person": caller.name,
            "service": work.service,
            "connection": work.connection,
            "channel": "phone",
            "pause_running": pause,
            **typed,
        }
    )


@needs("work")
@posted_from("new-call")
def take_call(request: StaffRequest) -> HttpResponse:
    """Make case, answer and clock in one step."""
    form = TakeCallForm(request.POST)
    valid = form.is_valid()
    caller = _posted(request, form.cleaned_data)
    if valid:
        with refusals_in(form):
            if taken := _take(request, caller, form):
                if taken.session is None:
                    messages.info(request, _("Keine Arbeit: Die Absage steht im Fall."))
                return redirect("case", number=taken.case.number)
    return _show(request, caller, form)


def _posted(request: StaffRequest, given: dict[str, Any]) -> Caller:
    """Return whom the form names; what cannot be a number names nobody."""
    return Caller(
        customer=get_customer(request, given.get("customer", "")),
        plant=get_plant(request, given["plant"]) if given.get("plant") else None,
        case=get_case(request, given["case"]) if given.get("case") else None,
        name=given.get("reported_by", ""),
    )


def _take(
    request: StaffRequest, caller: Caller, form: TakeCallForm
) -> actions.TakenCall | None:
    """Take the call; None if another sentence must be read out first."""
    given = form.cleaned_data
    answer, refused = _answer(caller, given)
    if refused:
        form.add_error(None, refused)
        return None
    if given["answer"] == GOODWILL and not request.user.may("decide"):
        raise PermissionDenied
    return actions.take_call(
        about=caller.case or _new_case(caller, given),
        technician=request.user,
        by=request.user,
        at=timezone.now(),
        work=actions.Work(service=given["service"], connection=given["connection"]),
        answer=answer,
        goodwill=(
            actions.Goodwill(reason=given["goodwill_reason"])
            if given["answer"] == GOODWILL
            else None
        ),
        client_key=given["client_key"],
        pause_running=given["pause_running"],
    )


def _new_case(caller: Caller, given: dict[str, Any]) -> actions.NewCase:
    """Begin with what the template says; what was typed goes first."""
    about = actions.NewCase(
        customer=caller.customer,
        plant=caller.plant,
        subject=given["subject"],
        reported_by=given["reported_by"],
    )
    template = given["template"]
    if template is None:
        return about
    return replace(
        about,
        subject=about.subject or template.subject,
        cause=template.cause,
        priority=template.priority,
        text=template.text,
    )


def _answer(caller: Caller, given: dict[str, Any]) -> tuple[actions.Answer | None, str]:
    """Return what was answered to the sentence that was shown for this very work."""
    if given["answer"] in {LATER, FREE}:
        return None, ""
    work = Work(
        customer=caller.customer,
        plant=caller.plant,
        service=given["service"],
        connection=given["connection"],
        case=caller.case,
    )
    sentence = sentence_shown(given["token"], work)
    if sentence is None:
        return None, _(
            "Für diese Arbeit lautet der Satz anders. Bitte den neuen vorlesen und"
            " noch einmal antworten."
        )
    if given["answer"] == GOODWILL and not given["person"]:
        return None, ""
    return (
        actions.Answer(
            given=given["answer"] == YES,
            person=given["person"],
            sentence=sentence,
            channel=given["channel"] or "phone",
        ),
        "",
    )


urlpatterns = [
    path("anruf/", new_call, name="new-call"),
    path("anruf/annehmen/", take_call, name="take-call"),
]
