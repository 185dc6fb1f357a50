"""A whole case as the Kladde tells it, in German and in order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fernkladde.cases import actions
from fernkladde.cases.actions import Answer, NewCase
from fernkladde.connections.actions import add_call, correct_call
from fernkladde.contracts import actions as agreed
from fernkladde.customers import actions as customers
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import readable, verify
from fernkladde.plants import actions as plants
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


def told() -> list[str]:
    return [line.text for line in readable(Entry.objects.in_order())]


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_a_case_from_the_call_to_the_corrected_session() -> None:
    jonas = make.user(full_name="Jonas Weber")
    petra = make.user(full_name="Petra Lang", role="dispatcher")
    customer = make.customer(name="Hauser GmbH")
    about = NewCase(customer=customer, subject="Presse steht")
    yes = Answer(given=True, person="Frau Schulz", sentence="28,00 € je 15 min")

    taken = actions.take_call(
        about=about, technician=jonas, by=jonas, at=NOW, answer=yes
    )
    case, first = taken.case, taken.session
    assert first
    actions.pause_timer(session=first, by=jonas, at=NOW + minutes(10))
    second = actions.resume_timer(session=first, by=jonas, at=NOW + minutes(20))
    actions.add_note(case=case, text="Not-Aus war gedrückt", by=jonas, at=NOW)
    actions.stop_timer(session=second, by=jonas, at=NOW + minutes(23))
    actions.correct_session(
        session=second,
        ended_at=NOW + minutes(25),
        reason="zu früh gedrückt",
        by=jonas,
        at=NOW + minutes(30),
    )
    actions.decide_cause(
        case=case, cause="operator_error", reason="Not-Aus", by=petra, at=NOW
    )
    actions.give_goodwill(
        on=second, percent=Decimal(50), reason="Stammkunde", by=petra, at=NOW
    )
    actions.withdraw_goodwill(on=second, reason="Irrtum", by=petra, at=NOW)
    actions.set_cost_cap(case=case, amount=Decimal("300.00"), by=petra, at=NOW)
    actions.assign(case=case, to=petra, by=petra, at=NOW)
    actions.change_state(case=case, state="solved", by=jonas, at=NOW)

    assert told() == [
        "Jonas Weber legt Fall 26-0001 Presse steht an.",
        (
            "Jonas Weber startet die Uhr für Fall 26-0001 Presse steht,"
            " Einsatz E26-000001."
        ),
        (
            "Frau Schulz stimmt den Kosten zu (Fall 26-0001 Presse steht):"
            " „28,00 € je 15 min“"
        ),
        "Jonas Weber hält die Uhr an, Einsatz E26-000001: 10 min.",
        "Jonas Weber nimmt Fall 26-0001 Presse steht wieder auf, Einsatz E26-000002.",
        "Jonas Weber schreibt eine Notiz zu Fall 26-0001 Presse steht.",
        "Jonas Weber beendet die Uhr, Einsatz E26-000002: 3 min.",
        "Jonas Weber berichtigt Einsatz E26-000002: zu früh gedrückt",
        (
            "Petra Lang stellt die Ursache von Fall 26-0001 Presse steht fest:"
            " Bedienfehler. Not-Aus"
        ),
        "Petra Lang gewährt 50 % Kulanz (Einsatz E26-000002): Stammkunde",
        "Petra Lang nimmt die Kulanz zurück (Einsatz E26-000002): Irrtum",
        (
            "Petra Lang setzt die Kostengrenze von Fall 26-0001 Presse steht auf 300,00"
            " netto."
        ),
        "Petra Lang teilt Fall 26-0001 Presse steht zu.",
        "Jonas Weber setzt Fall 26-0001 Presse steht von „In Arbeit“ auf „Gelöst“.",
    ]
    assert verify().holds


def test_what_happens_rarely_is_told_as_well() -> None:
    jonas = make.user(full_name="Jonas Weber")
    case = make.case(number="26-0007", subject="Presse steht")
    forgotten = actions.start_timer(case=case, technician=jonas, by=jonas, at=NOW)
    actions.stop_forgotten_timers(at=NOW + timedelta(hours=13))
    later = NOW + timedelta(hours=14)
    actions.confirm_session(
        session=forgotten, ended_at=NOW + minutes(40), by=jonas, at=later
    )
    actions.record_session(
        case=case,
        technician=jonas,
        started_at=NOW + minutes(60),
        ended_at=NOW + minutes(75),
        reason="ohne Rechner",
        by=jonas,
        at=later,
    )
    actions.void_session(session=forgotten, reason="doppelt", by=jonas, at=later)
    actions.record_consent(
        case=case,
        given=False,
        person="Herr Meier",
        channel="mail",
        sentence="28,00 €",
        by=jonas,
        at=later,
    )
    actions.assign(case=case, to=jonas, by=jonas, at=later)
    actions.assign(case=case, to=None, by=jonas, at=later)
    actions.change_case(case=case, subject="Presse läuft", by=jonas, at=later)
    actions.set_cost_cap(case=case, amount=Decimal(5), by=jonas, at=later)
    actions.set_cost_cap(case=case, amount=None, by=jonas, at=later)

    subject = "26-0007 Presse läuft"
    assert told() == [
        f"Jonas Weber startet die Uhr für Fall {subject}, Einsatz E26-000001.",
        "Die vergessene Uhr von Einsatz E26-000001 endet nach 12:00 h.",
        "Jonas Weber bestätigt Einsatz E26-000001.",
        (
            "Jonas Weber trägt Einsatz E26-000002 nach, 06.10.2026 11:00, 15 min:"
            " ohne Rechner"
        ),
        "Jonas Weber streicht Einsatz E26-000001: doppelt",
        f"Herr Meier lehnt die Kosten ab (Fall {subject}): „28,00 €“",
        f"Jonas Weber teilt Fall {subject} zu.",
        f"Jonas Weber gibt Fall {subject} frei.",
        f"Jonas Weber ändert die Angaben zu Fall {subject}.",
        f"Jonas Weber setzt die Kostengrenze von Fall {subject} auf 5,00 netto.",
        f"Jonas Weber hebt die Kostengrenze von Fall {subject} auf.",
    ]


def test_master_data_and_terms_are_told() -> None:
    petra = make.user(full_name="Petra Lang")
    by_petra = {"by": petra, "at": NOW}
    customer = customers.create_customer(number="K1", name="Hauser GmbH", **by_petra)  # type: ignore[arg-type]
    customers.add_contact(customer=customer, name="Frau Schulz", by=petra, at=NOW)
    customers.deactivate(customer=customer, reason="Verkauft.", by=petra, at=NOW)
    plant = plants.create_plant(
        number="P1", name="Presse 3", customer=customer, by=petra, at=NOW
    )
    plants.add_access_path(plant=plant, kind="vpn", by=petra, at=NOW)
    tariff = agreed.create_tariff(code="st", name="Servicetarif", by=petra, at=NOW)
    version = agreed.add_tariff_version(
        tariff=tariff, terms=make.terms(), by=petra, at=NOW
    )
    agreed.change_tariff_version(
        version=version, terms=make.terms(price="90"), by=petra, at=NOW
    )
    agreed.set_policy(default_tariff=tariff, by=petra, at=NOW)
    day = date(2026, 12, 24)
    agreed.set_special_day(date=day, label="half_day", by=petra, at=NOW)
    agreed.remove_special_day(date=day, by=petra, at=NOW)
    agreed.fill_holidays(year=2026, state="BW", by=petra, at=NOW)
    agreed.create_contract(
        number="V1",
        name="Silber",
        customer=customer,
        covers="everything",
        valid_from=day,
        by=petra,
        at=NOW,
    )
    agreed.save_rate_deck(
        code="f",
        name="Fern",
        rates=[{"prefix": "+49", "price_per_minute": "1"}],
        by=petra,
        at=NOW,
    )
    call = add_call(
        session=make.session(number="S1"),
        started_at=NOW,
        dialled="0711 12345",
        seconds=60,
        by=petra,
        at=NOW,
    )
    correct_call(call=call, seconds=61, reason="Nachweis", by=petra, at=NOW)

    assert told() == [
        "Petra Lang legt Kunde K1 Hauser GmbH an.",
        "Petra Lang fügt bei K1 Hauser GmbH Frau Schulz hinzu.",
        "Petra Lang legt Kunde K1 Hauser GmbH still. Verkauft.",
        "Petra Lang legt Anlage P1 Presse 3 an.",
        "Petra Lang trägt für P1 Presse 3 einen Zugang ein: vpn.",
        "Petra Lang legt Tarif Servicetarif an.",
        "Petra Lang legt die Fassung ab 01.01.2026 von Tarif Servicetarif an.",
        "Petra Lang ändert die Fassung ab 01.01.2026 von Tarif Servicetarif.",
        "Petra Lang ändert die Regeln der Berechnung.",
        "Petra Lang trägt den 24.12.2026 als besonderen Tag ein: half_day",
        "Petra Lang streicht den 24.12.2026 als besonderen Tag.",
        "Petra Lang trägt die Feiertage 2026 ein (BW).",
        "Petra Lang legt Vertrag V1 Silber an.",
        "Petra Lang legt den Verbindungstarif Fern an.",
        "Petra Lang trägt einen Anruf bei S1 ein: +4971112345, 60 s.",
        "Petra Lang berichtigt einen Anruf von Einsatz S1: Nachweis",
    ]
