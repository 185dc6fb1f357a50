"""Whom the demo company works for: customers, plants and contracts."""

from __future__ import annotations

from typing import Any

# number, name, street, postcode, city, country, vat id, area code, industry, contact
CUSTOMERS = [
    ("10010", "Brandl Pressteile GmbH", "Industriestraße 8", "73037", "Göppingen",
     "DE", "DE811907980", "+49 7161 22", "Blechteile", "Stefan Brandl", "Technik"),
    ("10020", "Kessler Automotive AG", "Crimmitschauer Straße 61", "08058", "Zwickau",
     "DE", "DE129273398", "+49 375 88", "Automobil", "Uwe Richter", "Schicht"),
    ("10030", "Oberland Molkerei eG", "Milchweg 3", "87437", "Kempten",
     "DE", "DE128581914", "+49 831 41", "Lebensmittel", "Katrin Huber", "Technik"),
    ("10040", "Stahlwerk Nordmark GmbH", "Hüttenstraße 100", "28237", "Bremen",
     "DE", "DE114189102", "+49 421 64", "Stahl", "Holger Petersen", "Leitstand"),
    ("10050", "Papier Hägele KG", "Rurufer 12", "52349", "Düren",
     "DE", "DE122268496", "+49 2421 95", "Papier", "Marion Hägele", "Leitung"),
    ("10060", "Weiss Holding GmbH", "Am Funkturm 2", "70565", "Stuttgart",
     "DE", "DE147799625", "+49 711 78", "Kunststoff", "Jörg Weiss", "Technik"),
    ("10061", "Weiss Kunststofftechnik GmbH", "Gewerbering 21", "72555", "Metzingen",
     "DE", "DE212442423", "+49 7123 96", "Kunststoff", "Svenja Ott", "Produktion"),
    ("10070", "Lindner Verpackungen GmbH", "Hafenstraße 40", "68159", "Mannheim",
     "DE", "DE143593638", "+49 621 33", "Verpackung", "Paulo Mendes", "Werk São Paulo"),
    ("10080", "Feinguss Thaler GmbH", "Gießereiweg 5", "57072", "Siegen",
     "DE", "DE126315888", "+49 271 48", "Guss", "Bernd Thaler", "Geschäftsleitung"),
    ("20010", "Kováč Automotive s.r.o.", "Priemyselná 4", "010 01", "Žilina",
     "SK", "SK2020269790", "+421 41 565", "Automobil", "Peter Kováč", "Údržba"),
    ("20020", "Van Dijk Metaal B.V.", "Havenweg 17", "5145 NJ", "Waalwijk",
     "NL", "NL004495445B01", "+31 416 67", "Blechteile", "Joost van Dijk", "Techniek"),
    ("30010", "Bühlmann Präzision AG", "Werkstrasse 9", "8400", "Winterthur",
     "CH", "", "+41 52 260", "Feinmechanik", "Urs Bühlmann", "Betrieb"),
]  # fmt: skip

PLANT_TYPES = {
    "Transferpresse": (
        "Stehen alle Schutztüren und ist der Not-Halt entriegelt?\n"
        "Welche Meldung zeigt das Bedienfeld, mit Nummer?\n"
        "Liegt Druckluft an (mindestens 5,5 bar)?\n"
        "Wurde seit dem letzten guten Teil etwas umgerüstet?"
    ),
    "Haspelanlage": (
        "Ist das Band frei und richtig eingefädelt?\n"
        "Leuchtet die Lichtschranke am Bandauge grün?\n"
        "Welche Meldung zeigt das Bedienfeld, mit Nummer?"
    ),
    "Montagelinie": (
        "An welcher Station steht die Linie?\n"
        "Ist die Station in Grundstellung?\n"
        "Sind alle Feldbusmodule grün?"
    ),
    "Querschneider": (
        "Ist das Messer in Ruhestellung?\n"
        "Welche Meldung zeigt das Bedienfeld, mit Nummer?"
    ),
}

# customer, how many plants of which type, warranty ends (months from today or None)
PLANTS: list[tuple[str, str, int, int | None]] = [
    ("10010", "Transferpresse", 3, -14), ("10010", "Haspelanlage", 2, 5),
    ("10020", "Montagelinie", 4, 9), ("10020", "Transferpresse", 2, -3),
    ("10030", "Montagelinie", 2, None),
    ("10040", "Haspelanlage", 3, -20), ("10040", "Querschneider", 1, None),
    ("10050", "Querschneider", 3, -8),
    ("10060", "Montagelinie", 2, None), ("10061", "Montagelinie", 3, -2),
    ("10070", "Transferpresse", 2, -11), ("10070", "Querschneider", 1, None),
    ("10080", "Transferpresse", 3, -6),
    ("20010", "Montagelinie", 3, 2), ("20020", "Haspelanlage", 3, None),
    ("30010", "Querschneider", 2, -1), ("30010", "Transferpresse", 1, 14),
]  # fmt: skip

# number, name, customer, terms in the words of contracts.Contract
CONTRACTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("V-101", "Servicevertrag Silber", "10010", {
        "covers": "allowance", "allowance_period": "quarter", "allowance_minutes": 120,
        "carry_over_periods": 1, "tariff": "vertrag"}),
    ("V-102", "Vollwartung Automotive", "10020", {
        "covers": "everything", "includes_connection": True}),
    ("V-103", "Fallpaket Molkerei", "10030", {
        "covers": "allowance", "allowance_period": "half_year", "allowance_cases": 8}),
    ("V-104", "Servicevertrag Gold", "10040", {
        "covers": "allowance", "allowance_period": "month", "allowance_minutes": 45,
        "carry_over_periods": 2, "carry_over_minutes": 30,
        "surcharge_on_covered": "weight", "tariff": "vertrag"}),
    ("V-105", "Konzernkontingent Weiss", "10060", {
        "covers": "allowance", "allowance_period": "quarter", "allowance_minutes": 150,
        "surcharge_on_covered": "charge", "tariff": "vertrag", "shared": ["10061"]}),
    ("V-106", "Rahmenvertrag Lindner", "10070", {
        "covers": "nothing", "tariff": "vertrag"}),
    ("V-201", "Servicevertrag Kováč", "20010", {
        "covers": "allowance", "allowance_period": "quarter",
        "allowance_minutes": 180}),
]  # fmt: skip

# Who agreed to the price list in general; and who is not charged yet.
FRAMEWORK_CONSENT = ("20020",)
NOT_CHARGED_YET = "10080"
NO_CONTRACT = "10050"
BRAZIL = "10070"
