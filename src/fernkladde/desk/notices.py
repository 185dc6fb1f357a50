"""The sentence that is read out before work begins, and what it asks.

It speaks the customer's language: the technician reads, the caller answers. What is
recorded with an answer is the sentence that this desk has shown: it comes back signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fernkladde.billing.facts import NoTariff
from fernkladde.billing.firm import company
from fernkladde.billing.live import price_notice

from .templatetags.formats import SPACE, day, money, percent

if TYPE_CHECKING:
    from datetime import datetime

    from fernkladde.cases.models import Case
    from fernkladde.customers.models import Customer
    from fernkladde.plants.models import Plant
    from fernkladde.rating.meter import AllowanceLeft, PriceNotice

SALT = "fernkladde.notice"
ONE_DAY = 24 * 3600
COSTS_MONEY = frozenset({"tariff", "held", "overage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the sentence is about."""

    customer: Customer
    plant: Plant | None
    service: str
    connection: str
    case: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A sentence to be read out; `asks` if work now needs an answer first.

    `agreed` says in words why no answer is needed although it costs money.
    """

    sentence: str
    basis: str
    asks: bool
    agreed: str
    token: str


def spoken_notice(work: Work, *, at: datetime) -> Spoken | None:
    """Say what work that begins now costs; None where there is no price for it."""
    try:
        notice = price_notice(
            customer=work.customer,
            plant=work.plant,
            service=work.service,
            connection=work.connection,
            at=at,
            case=work.case,
        )
    except NoTariff:
        return None
    if notice is None:
        return None
    agreed = _agreed(work, at=at) if notice.basis in COSTS_MONEY else ""
    asks = notice.basis in COSTS_MONEY and not agreed
    with translation.override(_language(work.customer)):
        sentence = _sentence(notice, work, asks=asks)
    return Spoken(
        sentence=sentence,
        basis=notice.basis,
        asks=asks,
        agreed=agreed,
        token=signing.dumps([sentence, *_about(work)], salt=SALT),
    )


def sentence_shown(token: str, work: Work) -> str | None:
    """Return the sentence that was shown for this very work, if it is not too old."""
    try:
        sentence, *about = signing.loads(token, salt=SALT, max_age=ONE_DAY)
    except (signing.BadSignature, ValueError):
        return None
    return str(sentence) if about == _about(work) else None


def _about(work: Work) -> list[str]:
    return [
        work.customer.number,
        work.plant.number if work.plant else "",
        work.service,
        work.connection,
        work.case.number if work.case else "",
    ]


def _language(customer: Customer) -> str:
    known = dict(settings.LANGUAGES)
    return customer.language if customer.language in known else "en"


def _agreed(work: Work, *, at: datetime) -> str:
    framework = work.customer.consent_from
    if framework and framework <= timezone.localdate(at):
        return _("Rahmenzustimmung seit %(day)s") % {"day": day(framework)}
    if work.case and work.case.consented_at:
        return _("Zugestimmt am %(day)s") % {"day": day(work.case.consented_at)}
    return ""


def _sentence(notice: PriceNotice, work: Work, *, asks: bool) -> str:
    parts = [_basis_words(notice, work)]
    if asks:
        parts.append(_("Sind Sie einverstanden?"))
    return " ".join(part for part in parts if part)


def _basis_words(notice: PriceNotice, work: Work) -> str:
    words = {"price": _price(notice, work.customer)}
    if notice.basis == "unannounced":
        return _before_announcement(work.customer, words)
    if notice.basis == "allowance":
        return f"{_within(notice.allowances)} {_afterwards(words)}"
    if notice.basis == "overage":
        return _overage(notice, words)
    return _FIXED.get(notice.basis, _BY_TARIFF) % words


_BY_TARIFF = gettext_lazy("Ab jetzt %(price)s.")
_FIXED = {
    "warranty": gettext_lazy(
        "Das fällt unter die Gewährleistung und kostet nichts. Liegt die Ursache nicht"
        " an der Anlage, kostet es %(price)s."
    ),
    "flat": gettext_lazy("Das ist in Ihrem Vertrag enthalten und kostet nichts."),
    "goodwill": gettext_lazy("Das geht auf uns und kostet nichts."),
}


def _before_announcement(customer: Customer, words: dict[str, Any]) -> str:
    since = {**words, "day": day(customer.charging_from)}
    return (
        _("Das kostet heute noch nichts. Ab dem %(day)s berechnen wir %(price)s.")
        % since
    )


def _within(allowances: tuple[AllowanceLeft, ...]) -> str:
    return _(
        "Das ist in Ihrem Vertrag enthalten, das Kontingent reicht noch für %(left)s."
    ) % {"left": _left(allowances)}


def _afterwards(words: dict[str, Any]) -> str:
    return _("Danach kostet es %(price)s.") % words


def _overage(notice: PriceNotice, words: dict[str, Any]) -> str:
    rest = [row for row in notice.allowances if row.before]
    if rest:
        left = {**words, "left": _left(tuple(rest))}
        return _("Ihr Kontingent reicht noch für %(left)s, danach %(price)s.") % left
    if notice.allowances:
        return _("Ihr Kontingent ist verbraucht. Ab jetzt %(price)s.") % words
    return _("Nach Ihrem Vertrag ab jetzt %(price)s.") % words


def _left(allowances: tuple[AllowanceLeft, ...]) -> str:
    """Say what is left before this call, over all contracts that fit."""
    cases = sum(row.before for row in allowances if row.unit == "cases")
    if cases:
        return ngettext("%(n)d Fall", "%(n)d Fälle", cases) % {"n": cases}
    seconds = sum(row.before for row in allowances if row.unit == "seconds")
    return _span(seconds // 60)


def _span(count: int) -> str:
    """Say a span as one speaks it: "1 Stunde 40 Minuten"."""
    hours, rest = divmod(count, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)d Stunde", "%(n)d Stunden", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)d Minute", "%(n)d Minuten", rest) % {"n": rest})
    return " ".join(parts)


def _price(notice: PriceNotice, customer: Customer) -> str:
    """Say the price of the steps, with a first block and free minutes of its own."""
    text = _("%(step)s %(tax)s je angefangene %(unit)s") % {
        "step": money(notice.step_price, notice.currency),
        "tax": _tax_words(customer),
        "unit": _unit(notice.next_minutes),
    }
    if _has_own_first_block(notice):
        text = _("für die ersten %(first)s %(block)s, danach %(rest)s") % {
            "first": _unit(notice.first_minutes),
            "block": money(notice.first_price, notice.currency),
            "rest": text,
        }
    if notice.free_minutes:
        text = _("nach %(free)s freien Minuten %(rest)s") % {
            "free": notice.free_minutes,
            "rest": text,
        }
    return f"{text}{_exceptions(notice)}"


def _has_own_first_block(notice: PriceNotice) -> bool:
    longer = notice.first_minutes != notice.next_minutes
    return longer or notice.first_price != notice.step_price


def _exceptions(notice: PriceNotice) -> str:
    words = []
    if notice.band:
        words.append(notice.band)
    if notice.discount_percent:
        words.append(
            _("abzüglich %(part)s Kulanz") % {"part": percent(notice.discount_percent)}
        )
    return f" ({', '.join(words)})" if words else ""


def _tax_words(customer: Customer) -> str:
    abroad = customer.country != company().country
    return _("netto") if abroad else _("zuzüglich Umsatzsteuer")


def _unit(minutes: int) -> str:
    unit = ngettext("Minute", "%(n)d Minuten", minutes) % {"n": minutes}
    return unit.replace(" ", SPACE)
