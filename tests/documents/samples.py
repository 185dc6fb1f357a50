"""Sample invoices: a machine builder's March, and makers for the tests.

The makers compute what rating would (gross, discount, sums), so that a test says
only what matters to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from fernkladde.values.invoice_document import (
    CANCELLATION,
    CONNECTION,
    FEE,
    FREE,
    GOODWILL_REASON,
    GOODWILL_SENTENCE,
    LUMP_SUM,
    MINUTE,
    ONE,
    STATEMENT,
    SURCHARGE,
    TIME,
    XRECHNUNG,
    Address,
    AllowanceRow,
    Buyer,
    ChainHead,
    FreeWork,
    InvoiceDocument,
    Line,
    ProofRow,
    Section,
    Seller,
    Tax,
    Totals,
)

CENT = Decimal("0.01")
MARCH = (date(2026, 3, 1), date(2026, 3, 31))

SELLER = Seller(
    name="Wendelin Maschinenbau GmbH",
    address=Address(
        lines=("Industriestraße 14",), postcode="89231", city="Neu-Ulm", country="DE"
    ),
    vat_id="DE136695976",
    tax_number="151/123/45678",
    register_number="HRB 11742",
    register_entry="Amtsgericht Memmingen, HRB 11742",
    managers="Geschäftsführung: Dr. Anna Wendelin, Jürgen Vöhringer",
    contact_name="Petra Sommer",
    phone="+49 731 98765-20",
    email="service@wendelin.example",
    website="www.wendelin.example",
    electronic_address="rechnung@wendelin.example",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    bank_name="Commerzbank Köln",
)

BUYER = Buyer(
    name="Holzwerke Brandt GmbH & Co. KG",
    address=Address(
        lines=("Rechnungseingang", "Sägmühlenweg 3"),
        postcode="72250",
        city="Freudenstadt",
        country="DE",
    ),
    vat_id="DE812526315",
    electronic_address="rechnung@holzwerke-brandt.example",
    customer_number="10234",
)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def line(
    position: int,
    kind: str,
    title: str,
    quantity: str,
    price: str,
    *,
    per: int = 1,
    percent: str = "0",
    days: tuple[date, date] = MARCH,
    note: str = "",
    unit: str = "",
    language: str = "de",
) -> Line:
    """Make a line with its gross, discount and net as rating computes them."""
    gross = cents(Decimal(quantity) * Decimal(price) / per)
    discount = cents(gross * Decimal(percent) / 100)
    units = {TIME: MINUTE, SURCHARGE: MINUTE, FEE: ONE}
    return Line(
        position=position,
        kind=kind,
        title=title,
        quantity=Decimal(quantity),
        unit=unit or units.get(kind, LUMP_SUM),
        unit_price=Decimal(price),
        base_quantity=Decimal(per),
        gross=gross,
        discount=discount,
        discount_percent=Decimal(percent),
        discount_reason=GOODWILL_REASON[language] if discount else "",
        net=gross - discount,
        tax_percent=Decimal(19),
        period_start=days[0],
        period_end=days[1],
        note=note,
    )


def settled(document: InvoiceDocument) -> InvoiceDocument:
    """Fill taxes, totals and period from the lines."""
    lines = sorted(document.lines, key=_tax_key)
    taxes = []
    for (category, percent), members in groupby(lines, key=_tax_key):
        net = sum((member.net for member in members), Decimal("0.00"))
        tax = cents(net * percent / 100)
        taxes.append(Tax(category=category, percent=percent, net=net, tax=tax))
    net = sum((tax.net for tax in taxes), Decimal("0.00"))
    added = sum((tax.tax for tax in taxes), Decimal("0.00"))
    last = max(member.period_end for member in lines if member.period_end)
    return replace(
        document,
        taxes=tuple(taxes),
        totals=Totals(net=net, tax=added, gross=net + added, payable=net + added),
        period_start=min(m.period_start for m in lines if m.period_start),
        period_end=last,
        service_on=last,
    )


def _tax_key(member: Line) -> tuple[str, Decimal]:
    return member.tax_category, member.tax_percent or Decimal(0)


def day(number: int) -> date:
    return date(2026, 3, number)


def days(first: int, last: int) -> tuple[date, date]:
    return day(first), day(last)


def sections() -> tuple[Section, ...]:
    saw = Section(
        case_number="2026-0187",
        subject="Vorschub der Besäumkreissäge bleibt nach Werkzeugwechsel stehen",
        plant="Besäumanlage BK 420",
        serial_number="BK420-0917",
        reported_on=day(3),
        worked_from=day(3),
        worked_until=day(5),
        lines=(
            line(
                1,
                TIME,
                "Fernwartung, Programmierer",
                "105",
                "32.50",
                per=15,
                days=days(3, 5),
            ),
            line(
                2,
                SURCHARGE,
                "Zuschlag 50 %, werktags ab 17 Uhr",
                "30",
                "16.25",
                per=15,
                days=days(3, 3),
            ),
            line(3, FEE, "Einwahlpauschale", "2", "15.00", days=days(3, 5)),
            line(
                4,
                CONNECTION,
                "Verbindungskosten",
                "1",
                "4.37",
                days=days(3, 5),
                note="3 Gespräche, 47 Minuten, +49 7441 55120",
            ),
        ),
    )
    press = Section(
        case_number="2026-0193",
        subject="Rezeptverwaltung: Feuchtewerte werden falsch übernommen",
        plant="Etagenpresse EP 6",
        serial_number="EP6-0032",
        reported_on=day(10),
        worked_from=day(10),
        worked_until=day(18),
        lines=(
            line(
                5,
                TIME,
                "Analyse, Verfahrenstechnik",
                "135",
                "120.00",
                per=60,
                percent="30",
                days=days(10, 18),
            ),
            line(
                6,
                FREE,
                "Fernwartung: Korrektur der Rezepttabelle",
                "60",
                "130.00",
                per=60,
                percent="100",
                days=days(12, 12),
                unit=MINUTE,
                note="Nacharbeit an unserer Lieferung vom Februar",
            ),
        ),
    )
    dryer = Section(
        case_number="2026-0201",
        subject="Mehraufwand über Kontingent: Störung nach Umbau der Zuluft",
        plant="Spänetrockner ST 9",
        serial_number="ST9-0004",
        reported_on=day(24),
        worked_from=day(24),
        worked_until=day(27),
        lines=(
            line(
                7,
                TIME,
                "Fernwartung, Techniker (über Kontingent)",
                "25",
                "28.7500",
                per=15,
                days=days(24, 27),
            ),
            line(8, FEE, "Protokoll der Regelstrecke", "1", "37.5", days=days(27, 27)),
        ),
    )
    return saw, press, dryer


PROOF_DAYS = (
    ("2026-0187", 3, "16:40", "17:25", 45, 45, "Telefon +49 7441 55120"),
    ("2026-0187", 5, "08:05", "09:01", 56, 60, "VPN"),
    ("2026-0193", 10, "09:10", "10:20", 70, 75, "VPN"),
    ("2026-0193", 12, "11:00", "11:58", 58, 60, "VPN"),
    ("2026-0193", 18, "14:02", "15:00", 58, 60, "Fernwartungswerkzeug"),
    ("2026-0201", 24, "07:30", "08:12", 42, 45, "Modem"),
    ("2026-0201", 27, "13:15", "13:51", 36, 40, "Modem"),
)
DECISIONS = {
    "2026-0187": ("Eingriff des Kunden", "nach Tarif", "Rahmenzustimmung"),
    "2026-0193": ("Bedienfehler", "Kulanz 30 %", "Frau Nagel, mündlich, 10.03."),
    "2026-0201": ("Fremdverschulden", "Kontingent", "Vertrag SV-2024-017"),
}


def proof(rows: int = len(PROOF_DAYS)) -> tuple[ProofRow, ...]:
    """Make a proof of service of so many sessions, in order of case and time."""
    made = []
    for number in range(rows):
        case, start_day, start, end, worked, billed, by = PROOF_DAYS[
            number * len(PROOF_DAYS) // rows
        ]
        cause, decision, consent = DECISIONS[case]
        made.append(
            ProofRow(
                case_number=case,
                worked_on=day(start_day) + timedelta(days=number % 3),
                start=start,
                end=end,
                technician="Jonas Keller" if number % 3 else "M. Öztürk",
                worked_minutes=Decimal(worked),
                billed_minutes=Decimal(billed) if number % 4 != 3 else None,
                connection=by,
                cause=cause,
                decision=decision,
                reason="Folge der Umstellung vom Vortag" if number % 5 == 0 else "",
                consent=consent,
            )
        )
    return tuple(made)


ALLOWANCES = (
    AllowanceRow(
        contract_number="SV-2024-017",
        contract_name="Servicevertrag Trocknung",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 3, 31),
        granted=Decimal(240),
        carried_in=Decimal(45),
        used_before=Decimal(225),
        used_now=Decimal(60),
        left=Decimal(0),
    ),
)


def invoice(*, rows: int = len(PROOF_DAYS), language: str = "de") -> InvoiceDocument:
    """Three cases, goodwill, a surcharge, connection costs, an allowance, a proof."""
    return settled(
        InvoiceDocument(
            number="RE-2026-0042",
            issued_on=date(2026, 4, 1),
            due_on=date(2026, 4, 15),
            language=language,
            seller=SELLER,
            buyer=BUYER,
            buyer_reference="EK-Instandhaltung",
            order_number="4500118822",
            contract_number="SV-2024-017",
            payment_terms="Zahlbar bis 15.04.2026 ohne Abzug.",
            notes=(GOODWILL_SENTENCE[language],),
            sections=sections(),
            allowances=ALLOWANCES,
            proof=proof(rows),
            free_work=(
                FreeWork(
                    basis="Gewährleistung", minutes=Decimal(45), value=Decimal("97.50")
                ),
                FreeWork(basis="Kulanz", minutes=Decimal(60), value=Decimal("130.00")),
                FreeWork(
                    basis="Kontingent", minutes=Decimal(60), value=Decimal("115.00")
                ),
            ),
            chain_head=ChainHead(
                sequence=18734,
                hash="9f2b7c1e55a04d0b8e3a6f17c2d94b60a1e7f3528c4d9b06e5f1a2c3d4b59687",
            ),
        )
    )


def statement() -> InvoiceDocument:
    """A month in which everything was covered: no number, nothing to pay."""
    return replace(
        invoice(),
        kind=STATEMENT,
        number="",
        due_on=None,
        payment_terms="",
        sections=(),
        taxes=(),
        totals=None,
    )


def long_invoice(lines: int = 200) -> InvoiceDocument:
    """Many positions on one case: several pages with repeated heads."""
    (first, *_) = sections()
    many = tuple(
        line(
            number,
            TIME,
            f"Fernwartung, Techniker, Einsatz {number}",
            "45",
            "25.1234",
            per=15,
            days=days(1 + number % 30, 1 + number % 30),
        )
        for number in range(1, lines + 1)
    )
    return settled(replace(invoice(), sections=(replace(first, lines=many),)))


EXEMPTIONS = {
    "AE": ("Steuerschuldnerschaft des Leistungsempfängers", "VATEX-EU-AE"),
    "O": ("Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)", "VATEX-EU-O"),
    "E": ("Steuerfreier Kleinunternehmer gemäß § 19 UStG", ""),
}


def untaxed(document: InvoiceDocument, category: str) -> InvoiceDocument:
    """Turn all lines to a tax category without tax, with its reason."""
    percent = None if category == "O" else Decimal(0)
    changed = tuple(
        replace(
            section,
            lines=tuple(
                replace(member, tax_category=category, tax_percent=percent)
                for member in section.lines
            ),
        )
        for section in document.sections
    )
    done = settled(replace(document, sections=changed))
    reason, code = EXEMPTIONS[category]
    taxes = (replace(done.taxes[0], exemption_reason=reason, exemption_code=code),)
    return replace(done, taxes=taxes)


def cancellation() -> InvoiceDocument:
    return replace(
        invoice(),
        kind=CANCELLATION,
        number="ST-2026-0003",
        preceding_number="RE-2026-0042",
        preceding_on=date(2026, 4, 1),
        issued_on=date(2026, 4, 9),
    )


def xrechnung() -> InvoiceDocument:
    """An invoice for a public buyer: Leitweg-ID, electronic addresses, Skonto."""
    return replace(
        invoice(),
        profile=XRECHNUNG,
        buyer_reference="991-33333TEST-33",
        payment_terms="Zahlbar ohne Abzug.\n#SKONTO#TAGE=10#PROZENT=2.00#\n",
    )
