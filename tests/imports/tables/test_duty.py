"""The duty to check and take a table: claims, leases, and workers that die."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fernkladde.customers.models import Customer
from fernkladde.imports.models import Batch, BatchState
from fernkladde.imports.tables import batches, duty
from fernkladde.imports.tables.duty import LEASE, MOST_ATTEMPTS
from fernkladde.imports.tables.pages import MOST_PAGES, PER_PAGE
from fernkladde.imports.tables.taking import collect
from tests import make

from .judged import NOW, given

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db

TWO = "Nr.;Name\n1;Müller\n2;Meier\n"


def waiting(text: str = TWO) -> Batch:
    """Give a table that waits for somebody to check it."""
    batch = batches.give_table(
        kind="customers", content=[text.encode()], file_name="a.csv", by=None, at=NOW
    )
    batches.have_checked(batch=batch, columns=batch.columns, by=None, at=NOW)
    return batch


def at(moment: datetime) -> duty.Clock:
    return lambda: moment


def test_a_worker_takes_up_what_is_due_and_then_nothing() -> None:
    batch = waiting()

    assert duty.fulfil_due(clock=at(NOW)) == 1
    assert duty.fulfil_due(clock=at(NOW)) == 0

    batch.refresh_from_db()
    assert (batch.state, batch.new, batch.due_at) == ("checked", 2, None)


def test_a_claimed_duty_is_nobody_elses_until_its_lease_runs_out() -> None:
    batch = waiting()
    Batch.objects.update(lease="other", leased_until=NOW + LEASE)

    assert duty.fulfil_due(clock=at(NOW)) == 0
    assert duty.fulfil_due(clock=at(NOW + LEASE + timedelta(seconds=1))) == 1

    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_who_has_lost_the_claim_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker that was frozen while it judged finds its key gone."""
    batch = given("customers", TWO)
    batches.have_taken(batch=batch, by=None, at=NOW)

    def frozen(*args: object, **kwargs: object) -> object:
        tally = collect(*args, **kwargs)  # type: ignore[arg-type]
        Batch.objects.update(lease="somebody else's")
        return tally

    monkeypatch.setattr(duty, "collect", frozen)
    assert duty.fulfil(batch.pk, clock=at(NOW))

    batch.refresh_from_db()
    assert batch.state == BatchState.TAKING
    assert not Customer.objects.exists()


def test_what_ends_the_worker_again_and_again_is_given_back() -> None:
    batch = waiting()
    Batch.objects.update(attempts=MOST_ATTEMPTS)

    duty.fulfil(batch.pk, clock=at(NOW))

    batch.refresh_from_db()
    assert batch.state == BatchState.GIVEN
    assert batch.faults == ["Mehrmals abgebrochen. Reicht der Speicher des Servers?"]


def test_a_fault_of_ours_is_told_and_stops_no_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    batch = waiting()

    def broken(*_args: object, **_kwargs: object) -> None:
        message = "our own fault"
        raise LookupError(message)

    monkeypatch.setattr(duty, "collect", broken)
    assert duty.fulfil(batch.pk, clock=at(NOW))

    batch.refresh_from_db()
    assert batch.state == BatchState.GIVEN
    assert batch.faults == [
        "Das ist fehlgeschlagen; das Protokoll des Servers sagt mehr."
    ]
    assert "our own fault" in caplog.text


def test_verdicts_are_kept_by_the_page_and_not_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fernkladde.imports.tables.pages.PER_PAGE", 2)
    monkeypatch.setattr("fernkladde.imports.tables.pages.MOST_PAGES", 2)
    make.customer(number="1", name="Müller")
    rows = "".join(f"{n};Kunde {n}\n" for n in range(2, 9))

    batch = given("customers", "Nr.;Name\n1;Müller\n" + rows)

    kept = batch.verdict_pages.order_by("outcome", "number")
    assert [(p.outcome, p.number, len(p.verdicts)) for p in kept] == [
        ("new", 1, 2),
        ("new", 2, 2),
        ("same", 1, 1),
    ]
    assert (batch.new, batch.same) == (7, 1)
    assert PER_PAGE * MOST_PAGES == 10_000


def test_how_far_it_is_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty, "ROWS_PER_RENEWAL", 1)
    batch = waiting()
    seen: list[int] = []
    renew = duty.Claim.renew

    def watched(claim: duty.Claim, *args: Any, **values: Any) -> None:
        if isinstance(done := values.get("done_rows"), int):
            seen.append(done)
        renew(claim, *args, **values)

    monkeypatch.setattr(duty.Claim, "renew", watched)
    duty.fulfil(batch.pk, clock=at(NOW))

    assert seen[:2] == [1, 2]
