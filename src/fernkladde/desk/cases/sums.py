"""What a case comes to, in words: its sessions, its sums by basis, its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from fernkladde.billing.facts import NoTariff, tariffs
from fernkladde.billing.live import case_account
from fernkladde.cases.queries import sessions_of
from fernkladde.desk.templatetags.formats import day, in_hours, minutes, money, percent
from fernkladde.desk.ways import steps
from fernkladde.desk.words import BASES, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta
    from decimal import Decimal

    from fernkladde.billing.live import CaseAccount, SessionAccount
    from fernkladde.cases.models import Case, Session
    from fernkladde.customers.models import Contact
    from fernkladde.desk.looks_at import Agreed

FREE = frozenset(
    {"not_billable", "warranty", "goodwill", "flat", "unannounced", "allowance"}
)
HELD = "held"


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session with what it came to; `account` is None where nothing is known yet."""

    session: Session
    worked: timedelta
    account: SessionAccount | None

    @property
    def is_doubtful(self) -> bool:
        session = self.session
        return bool(
            session.ended_at and not session.confirmed_at and not session.voided_at
        )


@dataclass(frozen=True, slots=True)
class BasisSum:
    """Billed time of one basis; the value is a list value where nothing is paid."""

    basis: str
    seconds: int
    value: Decimal

    @property
    def is_free(self) -> bool:
        return self.basis in FREE or self.basis == HELD


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a stopped clock has become: it can go to the caller at once."""

    words: str
    more: tuple[str, ...]
    mail: str


def account_of(case: Case, *, at: datetime) -> CaseAccount | None:
    """Return what the case comes to; None while the firm has no tariff at all."""
    try:
        return case_account(case, at=at)
    except NoTariff:
        return None


def values_of(cases: Sequence[Case], *, at: datetime) -> dict[str, Any]:
    """Return what cases come to, by number: net, and what each basis is worth."""
    found: dict[str, Any] = {}
    for case in cases:
        account = account_of(case, at=at)
        if account is None:
            continue
        bases = {basis: str(value) for basis, (_s, value) in account.sums.items()}
        found[case.number] = {"net": str(account.net), **bases}
    return found


def listed_sessions(
    case: Case, account: CaseAccount | None, *, at: datetime
) -> list[ListedSession]:
    known = account.sessions if account else {}
    return [
        ListedSession(
            session,
            (session.ended_at or at) - session.started_at,
            known.get(session.number),
        )
        for session in sessions_of(case)
    ]


def basis_sums(account: CaseAccount | None) -> list[BasisSum]:
    """Return the sums, what is to be paid last."""
    if account is None:
        return []
    sums = [
        BasisSum(basis, seconds, value)
        for basis, (seconds, value) in account.sums.items()
    ]
    return sorted(sums, key=lambda one: (not one.is_free, one.basis))


def ways_of(account: CaseAccount | None) -> list[list[str]]:
    """Return the way of calculation of each group that is not billed yet."""
    if account is None:
        return []
    explained = (one.explain for one in account.sessions.values() if one.explain)
    groups = {str(explain["group"]): explain for explain in explained}
    names = tariff_names() if groups else {}
    return [steps(group, names) for group in groups.values()]


def way_of(account: SessionAccount | None) -> list[str]:
    """Return the way of calculation of the session's group."""
    if account is None or account.explain is None:
        return []
    return steps(account.explain, tariff_names())


def tariff_names() -> dict[str, str]:
    return {tariff.id: tariff.name or tariff.id for tariff in tariffs()}


def reasons_for(
    case: Case, bases: Iterable[str], agreed: Sequence[Agreed]
) -> Iterator[str]:
    """Say for each basis why it is this one."""
    contract = agreed[0].contract.name if agreed else ""
    for basis in bases:
        yield (
            _REASONS[basis](case, contract) if basis in _REASONS else word(basis, BASES)
        )
    if case.goodwill_percent is not None:
        yield _("Kulanz %(part)s: %(reason)s") % {
            "part": percent(case.goodwill_percent),
            "reason": case.goodwill_reason,
        }


def _warranty(case: Case, _contract: str) -> str:
    words = {
        "until": day(case.plant.warranty_until if case.plant else None),
        "reported": day(case.reported_on),
    }
    text = _("Gewährleistung bis %(until)s, gemeldet am %(reported)s.") % words
    if case.cause == "unknown":
        text += " " + _("Die Ursache ist noch unklar: Bitte festlegen.")
    return text


def _unannounced(case: Case, _contract: str) -> str:
    words = {"day": day(case.customer.charging_from)}
    return _("Berechnet wird diesem Kunden erst ab dem %(day)s.") % words


_REASONS: dict[str, Callable[[Case, str], str]] = {
    "warranty": _warranty,
    "unannounced": _unannounced,
    "allowance": lambda _case, name: (
        _("%(name)s: vom Kontingent gedeckt.") % {"name": name}
    ),
    "flat": lambda _case, name: _("%(name)s: alles enthalten.") % {"name": name},
    "overage": lambda _case, name: (
        _("%(name)s: mehr, als er deckt, zu seinen Preisen.") % {"name": name}
    ),
    "held": lambda _case, _name: _(
        "Ohne Zustimmung zurückgehalten: Eine Zustimmung oder Kulanz gibt es frei."
    ),
    "tariff": lambda _case, _name: _("Kein Vertrag deckt es: nach Tarif."),
    "not_billable": lambda _case, _name: _("Als nicht berechenbar gekennzeichnet."),
    "goodwill": lambda case, _name: (
        "" if case.goodwill_percent else _("Kulanz für einzelne Einsätze.")
    ),
}


def receipt_for(
    number: str,
    sessions: Iterable[ListedSession],
    *,
    case: Case,
    account: CaseAccount | None,
    agreed: Sequence[Agreed],
    contacts: Sequence[Contact],
) -> Receipt | None:
    """Return the receipt of a session whose clock has been stopped."""
    for one in sessions:
        if one.session.number == number and one.session.ended_at:
            more = tuple(_more_words(one, account, agreed))
            words = _sum_words(one)
            text = ", ".join((words, *more))
            return Receipt(words, more, _letter(case, contacts, one.session, text))
    return None


def _sum_words(one: ListedSession) -> str:
    """Say "23 min, 30 angerechnet"."""
    worked = minutes(one.worked)
    if one.account is None or one.account.billed is None:
        return worked
    return _("%(worked)s, %(billed)s angerechnet") % {
        "worked": worked,
        "billed": one.account.billed // 60,
    }


def _more_words(
    one: ListedSession, account: CaseAccount | None, agreed: Sequence[Agreed]
) -> Iterator[str]:
    if one.account is None or account is None:
        return
    yield word(one.account.basis, BASES)
    if one.account.basis in {"allowance", "overage"}:
        for agreement in agreed:
            if agreement.period and agreement.period.unit == "seconds":
                left = in_hours(agreement.period.left // 60)
                yield _("Kontingent noch %(left)s") % {"left": left}
    if account.net:
        net = money(account.net, account.currency)
        yield _("Fall bisher %(net)s netto") % {"net": net}


def _letter(
    case: Case, contacts: Sequence[Contact], session: Session, text: str
) -> str:
    """Return a mail to the caller, ready to be sent from the technician's program."""
    address = _address(case, contacts)
    if not address:
        return ""
    words = {"number": case.number, "subject": case.subject}
    subject = _("Fall %(number)s: %(subject)s") % words
    body = _("Einsatz am %(day)s: %(text)s.") % {
        "day": day(session.started_at),
        "text": text,
    }
    return f"mailto:{quote(address)}?subject={quote(subject)}&body={quote(body)}"


def _address(case: Case, contacts: Sequence[Contact]) -> str:
    caller = (c.email for c in contacts if c.name == case.reported_by and c.email)
    return next(caller, case.customer.email)
