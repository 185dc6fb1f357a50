"""The words of an invoice, by language: what a code is called on paper.

Papers carry their customer's language, whatever the clerk's pages speak.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

MINUTE = 60

WORDS = {
    "de": {
        "remote": "Fernwartung",
        "phone": "Telefonberatung",
        "analysis": "Analyse",
        "onsite": "Einsatz vor Ort",
        "surcharge": "Zuschlag",
        "connection": "Verbindungskosten",
        "calls": "Verbindungen",
        "call": "Verbindung",
        "to": "nach",
        "not_billable": "nicht berechenbar",
        "warranty": "Gewährleistung",
        "goodwill": "Kulanz",
        "flat": "im Vertrag enthalten",
        "allowance": "Kontingent",
        "overage": "über Kontingent",
        "by_contract": "nach Vertrag",
        "unannounced": "vor Ankündigung",
        "tariff": "nach Tarif",
        "via_modem": "Modem",
        "via_vpn": "VPN",
        "via_tool": "Programm",
        "via_phone": "Telefon",
        "via_none": "–",
        "unknown": "noch unklar",
        "defect": "Mangel der Anlage",
        "operator_error": "Bedienfehler",
        "customer_change": "Eingriff des Kunden",
        "third_party": "Fremdverschulden",
        "wear": "Verschleiß",
        "request": "Änderungswunsch",
        "goodwill_note": "aus Kulanz, ohne Anerkennung einer Rechtspflicht",
        "agreed": "Zustimmung {person}, {day}",
        "framework": "Rahmenzustimmung seit {day}",
        "terms": "Zahlbar ohne Abzug bis zum {day}.",
        "late": "Nachtrag aus einem früheren Monat.",
        "programmer": "Programmierung",
        "plc": "SPS",
        "hmi": "HMI",
        "general": "Technik",
    },
    "en": {
        "remote": "Remote maintenance",
        "phone": "Telephone support",
        "analysis": "Analysis",
        "onsite": "On-site work",
        "surcharge": "Surcharge",
        "connection": "Connection costs",
        "calls": "connections",
        "call": "connection",
        "to": "to",
        "not_billable": "not billable",
        "warranty": "warranty",
        "goodwill": "goodwill",
        "flat": "included in the contract",
        "allowance": "allowance",
        "overage": "over the allowance",
        "by_contract": "by contract",
        "unannounced": "before the announcement",
        "tariff": "by tariff",
        "via_modem": "modem",
        "via_vpn": "VPN",
        "via_tool": "tool",
        "via_phone": "telephone",
        "via_none": "–",
        "unknown": "not yet known",
        "defect": "defect of the plant",
        "operator_error": "operator error",
        "customer_change": "change by the customer",
        "third_party": "third party",
        "wear": "wear",
        "request": "change request",
        "goodwill_note": (
            "as a gesture of goodwill, without acknowledging any legal obligation"
        ),
        "agreed": "consent of {person}, {day}",
        "framework": "framework consent since {day}",
        "terms": "Payable without deduction by {day}.",
        "late": "Late work from an earlier month.",
        "programmer": "programming",
        "plc": "PLC",
        "hmi": "HMI",
        "general": "general",
    },
}


def word(code: str, language: str) -> str:
    """Return what a code is called; a firm's own code stands for itself."""
    words = WORDS[language if language in WORDS else "de"]
    return words.get(code, code.removeprefix("via_"))


def percent(value: Decimal, language: str) -> str:
    text = format(value.normalize(), "f")
    return f"{text.replace('.', ',') if language == 'de' else text} %"


@lru_cache(maxsize=512)
def written_day(day: date, language: str) -> str:
    return day.strftime("%d.%m.%Y") if language == "de" else day.strftime("%d %b %Y")


@lru_cache(maxsize=4096)
def minutes(seconds: int) -> Decimal:
    """Return seconds as minutes with four decimals at most, as rating states them."""
    exact = Decimal(seconds) / MINUTE
    return exact.quantize(Decimal("0.0001")).normalize() + 0
