"""The words of a document in its own language, German or English."""

from __future__ import annotations

from dataclasses import dataclass

from fernkladde.values.invoice_document import (
    CANCELLATION,
    CORRECTION,
    INVOICE,
    STATEMENT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    titles: dict[str, str]
    proof_only: str
    number: str
    issued_on: str
    due_on: str
    customer_number: str
    period: str
    order_number: str
    reference: str
    contract: str
    contact: str
    phone: str
    email: str
    vat_id: str
    buyer_vat_id: str
    tax_number: str
    page: str
    opening: str
    opening_cancellation: str
    opening_statement: str
    columns: tuple[str, ...]
    case: str
    serial_number: str
    reported_on: str
    worked: str
    case_sum: str
    per: str
    units: dict[str, str]
    lump_sum: str
    vat_short: str
    discount: str
    net: str
    tax_on: str
    total: str
    pay: str
    skonto: str
    recipient: str
    bank: str
    purpose: str
    code_alt: str
    allowances: str
    allowance_columns: tuple[str, ...]
    cases_unit: str
    free: str
    free_columns: tuple[str, ...]
    proof: str
    proof_of: str
    proof_opening: str
    proof_columns: tuple[str, ...]
    sum: str
    reason: str
    consent: str
    chain: str
    attachment: str


GERMAN = Words(
    language="de",
    titles={
        INVOICE: "Rechnung",
        CANCELLATION: "Stornorechnung",
        CORRECTION: "Rechnungskorrektur",
        STATEMENT: "Kontingentaufstellung",
    },
    proof_only="Leistungsnachweis",
    number="Rechnungsnummer",
    issued_on="Datum",
    due_on="Fällig am",
    customer_number="Kundennummer",
    period="Leistungszeitraum",
    order_number="Ihre Bestellung",
    reference="Ihre Referenz",
    contract="Vertrag",
    contact="Ansprechpartner",
    phone="Telefon",
    email="E-Mail",
    vat_id="USt-IdNr.",
    buyer_vat_id="Ihre USt-IdNr.",
    tax_number="Steuernummer",
    page="Seite {page} von {pages}",
    opening="Für unsere Leistungen im Zeitraum {period} berechnen wir:",
    opening_cancellation="Hiermit heben wir die Rechnung {number} vom {day} auf:",
    opening_statement=(
        "Für diesen Zeitraum ist nichts zu zahlen. "
        "Diese Aufstellung ist keine Rechnung."
    ),
    columns=("Pos.", "Leistung", "Menge", "Preis", "Betrag"),
    case="Fall",
    serial_number="Fabriknummer",
    reported_on="gemeldet am",
    worked="bearbeitet",
    case_sum="Summe Fall",
    per="je",
    units={"MON": "Mon.", "ANN": "Jahre"},
    lump_sum="pauschal",
    vat_short="USt",
    discount="Nachlass",
    net="Nettobetrag",
    tax_on="Umsatzsteuer {percent} auf {net}",
    total="Rechnungsbetrag",
    pay="Bitte überweisen Sie {amount} bis zum {day}.",
    skonto="{percent} Skonto bei Zahlung innerhalb von {days} Tagen.",
    recipient="Empfänger",
    bank="Bank",
    purpose="Verwendungszweck",
    code_alt="GiroCode zum Überweisen des Rechnungsbetrags",
    allowances="Ihr Kontingent",
    allowance_columns=(
        "Vertrag",
        "Zeitraum",
        "Gewährt",
        "Übertrag",
        "Bisher",
        "Jetzt",
        "Verfallen",
        "Übrig",
    ),
    cases_unit="Fälle",
    free="Ohne Berechnung geleistet",
    free_columns=("Grundlage", "Zeit", "Listenwert"),
    proof="Leistungsnachweis",
    proof_of="Leistungsnachweis zur Rechnung {number}",
    proof_opening=(
        "Jeder Einsatz mit wirklicher und berechneter Zeit; "
        "„–“: zusammen mit einem früheren Einsatz berechnet."
    ),
    proof_columns=(
        "Datum, Uhrzeit",
        "Techniker",
        "Dauer",
        "Berechnet",
        "Verbindung",
        "Ursache, Entscheidung",
    ),
    sum="Summe",
    reason="Grund",
    consent="Zustimmung",
    chain="Kettenkopf der Kladde bei Ausstellung: Eintrag {sequence}, {hash}",
    attachment="Rechnung als strukturierte Daten (EN 16931)",
)

ENGLISH = Words(
    language="en",
    titles={
        INVOICE: "Invoice",
        CANCELLATION: "Cancellation",
        CORRECTION: "Corrected invoice",
        STATEMENT: "Allowance statement",
    },
    proof_only="Proof of service",
    number="Invoice number",
    issued_on="Date",
    due_on="Due on",
    customer_number="Customer number",
    period="Period of supply",
    order_number="Your order",
    reference="Your reference",
    contract="Contract",
    contact="Contact",
    phone="Phone",
    email="Email",
    vat_id="VAT id",
    buyer_vat_id="Your VAT id",
    tax_number="Tax number",
    page="Page {page} of {pages}",
    opening="For our services in the period {period} we charge:",
    opening_cancellation="This document cancels invoice {number} of {day}:",
    opening_statement=(
        "Nothing is to be paid for this period. This statement is no invoice."
    ),
    columns=("No.", "Service", "Quantity", "Price", "Amount"),
    case="Case",
    serial_number="serial number",
    reported_on="reported on",
    worked="worked on",
    case_sum="Total of case",
    per="per",
    units={"MON": "mon.", "ANN": "years"},
    lump_sum="flat",
    vat_short="VAT",
    discount="Discount",
    net="Net amount",
    tax_on="VAT {percent} on {net}",
    total="Total",
    pay="Please transfer {amount} by {day}.",
    skonto="{percent} cash discount for payment within {days} days.",
    recipient="Recipient",
    bank="Bank",
    purpose="Purpose",
    code_alt="GiroCode for the transfer of the amount due",
    allowances="Your allowance",
    allowance_columns=(
        "Contract",
        "Period",
        "Granted",
        "Carried in",
        "Before",
        "Now",
        "Expired",
        "Left",
    ),
    cases_unit="cases",
    free="Provided free of charge",
    free_columns=("Basis", "Time", "List value"),
    proof="Proof of service",
    proof_of="Proof of service for invoice {number}",
    proof_opening=(
        "Each work entry with its real and its billed time; "
        "“–”: billed together with an earlier entry."
    ),
    proof_columns=(
        "Date, time",
        "Technician",
        "Duration",
        "Billed",
        "Connection",
        "Cause, decision",
    ),
    sum="Total",
    reason="Reason",
    consent="Consent",
    chain="Chain head of the log book at issue: entry {sequence}, {hash}",
    attachment="Invoice as structured data (EN 16931)",
)


def words_of(language: str) -> Words:
    """Return the words of a language; what is not English is German."""
    return ENGLISH if language == "en" else GERMAN
