"""What codes are called on pages: services, skills, connections, labels of days.

A firm may have codes of its own; they stand for themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import Connection, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_stubs_ext import StrOrPromise

SERVICES: dict[str, StrOrPromise] = dict(Service.choices)
CONNECTIONS: dict[str, StrOrPromise] = dict(Connection.choices)
SKILLS: dict[str, StrOrPromise] = {
    "general": _("Technik"),
    "programmer": _("Programmierung"),
    "plc": _("SPS"),
    "hmi": _("HMI"),
}
WEEKDAYS: dict[str, StrOrPromise] = {
    "mon": _("Mo"),
    "tue": _("Di"),
    "wed": _("Mi"),
    "thu": _("Do"),
    "fri": _("Fr"),
    "sat": _("Sa"),
    "sun": _("So"),
}
LABELS: dict[str, StrOrPromise] = {
    "holiday": _("Feiertag"),
    "half_day": _("halber Tag"),
    "closed": _("Betriebsruhe"),
}
BASES: dict[str, StrOrPromise] = {
    "not_billable": _("nicht berechenbar"),
    "warranty": _("Gewährleistung"),
    "goodwill": _("Kulanz"),
    "flat": _("Vollvertrag"),
    "allowance": _("Kontingent"),
    "overage": _("Mehraufwand über Kontingent"),
    "unannounced": _("vor Ankündigung"),
    "held": _("zurückgehalten"),
    "tariff": _("nach Tarif"),
}


def word(code: str, words: Mapping[str, StrOrPromise]) -> str:
    return str(words.get(code, code))


def words(codes: Iterable[str], known: Mapping[str, StrOrPromise]) -> str:
    return ", ".join(word(code, known) for code in codes)


def code_of(text: str, known: Mapping[str, StrOrPromise]) -> str:
    """Return the code that a person means: typed as a word, or as the code itself."""
    for code, label in known.items():
        if text.casefold() in {code.casefold(), str(label).casefold()}:
            return code
    return text
