"""Who the demo company is: the firm, its people, its tariffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fernkladde.billing.firm import CompanyFields

PASSWORD = "fernkladde-demo"  # noqa: S105  it stands on the screen of every demo

FIRM: CompanyFields = {
    "name": "Hartmann Umformtechnik GmbH",
    "street": "Lise-Meitner-Straße 14",
    "postcode": "89081",
    "city": "Ulm",
    "country": "DE",
    "vat_id": "DE136695976",
    "tax_number": "88001/12345",
    "register_entry": "Amtsgericht Ulm, HRB 724561",
    "managers": "Martin Hartmann, Dr. Ines Vogt",
    "contact_name": "Heike Lorenz",
    "phone": "+49 731 5550170",
    "email": "service@hartmann-umformtechnik.example",
    "website": "www.hartmann-umformtechnik.example",
    "bank_name": "Sparkasse Ulm",
    "iban": "DE02120300000000202051",
    "bic": "BYLADEM1001",
    "payment_days": 14,
}

# username, name, initials, role
PEOPLE = [
    ("weber", "Jonas Weber", "JW", "technician"),
    ("kaya", "Aylin Kaya", "AK", "technician"),
    ("brandt", "Tobias Brandt", "TB", "technician"),
    ("frey", "Mirjam Frey", "MF", "technician"),
    ("sommer", "Petra Sommer", "PS", "dispatcher"),
    ("lorenz", "Heike Lorenz", "HL", "billing"),
    ("hartmann", "Martin Hartmann", "MH", "manager"),
    ("winter", "Klaus Winter", "KW", "auditor"),
    ("admin", "Administration", "AD", "administrator"),
]
TECHNICIANS = ("weber", "kaya", "brandt", "frey")

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
BANDS = [
    {"name": "Abend", "days": WEEKDAYS, "from": "18:00", "until": "22:00",
     "percent": "25"},
    {"name": "Nacht", "days": WEEKDAYS, "from": "22:00", "until": "06:00",
     "percent": "50"},
    {"name": "Samstag", "days": ["sat"], "from": "00:00", "until": "24:00",
     "percent": "50"},
    {"name": "Sonn- und Feiertag", "days": ["sun", "holiday"], "from": "00:00",
     "until": "24:00", "percent": "100"},
]  # fmt: skip
FEES = [
    {"name": "Einwahlpauschale Modem", "amount": "9.50", "per": "day",
     "connections": ["modem"]},
]  # fmt: skip
CONNECTION = {"mode": "deck", "deck": "fern", "markup_percent": "10"}


def standard(price: str, plc: str) -> dict[str, Any]:
    """Return the standard tariff's terms at a price per started quarter hour."""
    return {
        "group_by": "day",
        "prices": [
            {"service": "*", "skill": "*", "price": price, "per_minutes": 15,
             "tolerance_minutes": 2},
            {"service": "*", "skill": "plc", "price": plc, "per_minutes": 15,
             "tolerance_minutes": 2},
            {"service": "phone", "skill": "*", "price": price, "per_minutes": 15,
             "free_minutes": 5},
        ],
        "bands": BANDS,
        "fees": FEES,
        "connection": CONNECTION,
    }  # fmt: skip


# code, name, versions (valid from, terms)
TARIFFS: list[tuple[str, str, list[tuple[str, dict[str, Any]]]]] = [
    ("standard", "Servicetarif", [
        ("2024-01-01", standard("26.00", "31.50")),
        ("2026-01-01", standard("28.00", "34.00")),
    ]),
    ("vertrag", "Vertragstarif", [
        ("2024-01-01", {
            "group_by": "case",
            "prices": [{"service": "*", "skill": "*", "price": "92.00",
                        "per_minutes": 60, "next_minutes": 5, "first_minutes": 10}],
            "bands": BANDS[1:],
            "fees": FEES,
            "connection": CONNECTION,
        }),
    ]),
]  # fmt: skip

RATES = [
    {"prefix": "+49", "destination": "Deutschland", "price_per_minute": "0.029",
     "first_interval": 60, "next_interval": 60},
    {"prefix": "+491", "destination": "Deutschland mobil", "price_per_minute": "0.129",
     "first_interval": 60, "next_interval": 60},
    {"prefix": "+41", "destination": "Schweiz", "price_per_minute": "0.059",
     "connect_fee": "0.05", "first_interval": 60, "next_interval": 1},
    {"prefix": "+421", "destination": "Slowakei", "price_per_minute": "0.149",
     "connect_fee": "0.05", "first_interval": 60, "next_interval": 60},
    {"prefix": "+55", "destination": "Brasilien", "price_per_minute": "0.389",
     "connect_fee": "0.12", "first_interval": 60, "next_interval": 6},
]  # fmt: skip
