"""The machine's rules about the month's end, broken, repeated and late ones too."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from fernkladde.billing.issue import issue_for_a_while, issue_month
from fernkladde.billing.models import Invoice, Preview, PreviewState, Settlement
from fernkladde.billing.period import Month
from fernkladde.billing.preview import (
    approve_previews,
    preview_month,
    withdraw_approvals,
)
from fernkladde.billing.ready import get_month_ready
from fernkladde.integrity.invariants import check_invariants
from fernkladde.journal.models import Head
from tests.exports.equality import assert_invoices_are_explained, given_out

from . import compare, draws
from .base import broken_at
from .changes import Changes
from .expected import Expected, Share, expect, settle
from .rating import HELD, service_day
from .work import technicians

if TYPE_CHECKING:
    from datetime import date

    from fernkladde.billing.ready import ReadyMonth

months_ago = st.sampled_from([0, 0, 1, 1, 2])


class MonthEnd(Changes):
    """`previewed` and `approved` hold, by month and customer, what was then seen."""

    def __init__(self) -> None:
        super().__init__()
        self.previewed: dict[str, dict[str, str]] = {}
        self.approved: dict[str, dict[str, str]] = {}

    def month(self, ago: int) -> Month:
        found = Month.of(self.today)
        for _ in range(ago):
            found = found.previous
        return found

    @property
    def invoice_day(self) -> date:
        """Return a date that is before no work, even if the clock went back."""
        days = [service_day(self.facts, s) for s in self.facts.sessions.values()]
        return max([self.today, *days])

    # The three stages

    @rule(ago=months_ago)
    def preview(self, ago: int) -> None:
        self._preview(self.month(ago))

    def _preview(self, month: Month) -> Expected:
        """Preview; want the rows of the model, and nothing else written (R12)."""
        expected = expect(self.facts, month)
        papers = _papers()
        ready = preview_month(month=month, by=None, at=self.at)
        self._insist_on_preview(ready, expected, month)
        assert _papers() == papers
        self._note_preview(month, expected)
        self._insist_on_states(month)
        return expected

    def _insist_on_preview(
        self, ready: ReadyMonth, expected: Expected, month: Month
    ) -> None:
        shares = ready.rated.shares
        found = {name: share.content() for name, share in shares.items()}
        compare.insist_on_shares(found, expected.shares)
        for name, share in shares.items():
            if (str(month), name) not in self.facts.settled:
                parked = expected.shares[name].parked
                assert bool(share.reasons) == parked, (name, share.reasons)
        assert expected.rated.allowances == {
            (row.contract, row.period_start, row.granted, row.carried_in, row.used,
             row.left)
            for row in ready.rated.allowances
        }  # fmt: skip

    def _note_preview(self, month: Month, expected: Expected) -> None:
        """Keep approvals of shares that are still the same; the rest wait anew."""
        approved = self.approved.pop(str(month), {})
        waiting = {
            name: share.seen()
            for name, share in self._open_shares(month, expected).items()
            if not share.parked and share.settled_groups
        }
        kept = {n: seen for n, seen in approved.items() if waiting.get(n) == seen}
        self.approved[str(month)] = kept
        self.previewed[str(month)] = {
            name: seen for name, seen in waiting.items() if name not in kept
        }

    def _open_shares(self, month: Month, expected: Expected) -> dict[str, Share]:
        return {
            name: share
            for name, share in expected.shares.items()
            if (str(month), name) not in self.facts.settled
        }

    def _insist_on_states(self, month: Month) -> None:
        for state, noted in (
            (PreviewState.APPROVED, self.approved),
            (PreviewState.PREVIEWED, self.previewed),
        ):
            rows = Preview.objects.filter(run__period=str(month), state=state)
            found = set(rows.values_list("customer__number", flat=True))
            assert found == noted.get(str(month), {}).keys(), state

    @rule(ago=months_ago, one=st.none() | st.integers(0, 3))
    def approve(self, ago: int, one: int | None) -> None:
        """Freeze what was previewed, of one customer or of all."""
        month = self.month(ago)
        waiting = self.previewed.get(str(month), {})
        names = sorted(waiting)
        if one is not None:
            names = names[one : one + 1]
        count = self.act(
            lambda: approve_previews(
                month=month,
                customers=None if one is None else names,
                by=None,
                at=self.at,
            )
        )
        if count is None:
            return
        assert count == len(names)
        for name in names:
            self.approved[str(month)][name] = waiting.pop(name)
        self._insist_on_states(month)

    @rule(ago=months_ago, one=st.integers(0, 3))
    def withdraw(self, ago: int, one: int) -> None:
        """Take an approval back: it waits again as it was previewed."""
        month = self.month(ago)
        approved = self.approved.get(str(month), {})
        names = sorted(approved)[one : one + 1]
        count = self.act(
            lambda: withdraw_approvals(
                month=month, customers=names, by=None, at=self.at
            )
        )
        if count is None:
            return
        assert count == len(names)
        for name in names:
            self.previewed[str(month)][name] = approved.pop(name)
        self._insist_on_states(month)

    @rule(ago=months_ago, in_steps=st.booleans())
    def issue(self, ago: int, in_steps: bool) -> None:
        """Issue what was approved some time ago: only what is still the same."""
        self._issue(self.month(ago), in_steps=in_steps)

    def _issue(self, month: Month, *, in_steps: bool) -> None:
        expected = expect(self.facts, month)
        outcome = self._run(month, in_steps=in_steps)
        shares, approved = expected.shares, self.approved.setdefault(str(month), {})
        same = [
            name
            for name, seen in sorted(approved.items())
            if name in shares and shares[name].seen() == seen
        ]
        ready = [name for name in same if not shares[name].parked]
        assert sorted(outcome.outdated) == sorted(approved.keys() - set(same))
        assert sorted(outcome.refused) == sorted(set(same) - set(ready))
        assert [s.customer.number for s in outcome.settled] == ready
        approved.clear()
        for name in ready:
            self._settled(month, shares[name])
        self._insist_on_states(month)

    def _run(self, month: Month, *, in_steps: bool) -> Any:
        by: dict[str, Any] = {
            "issued_on": self.invoice_day,
            "by": None,
            "at": self.at,
        }
        if in_steps:
            return issue_for_a_while(month=month, customers=None, seconds=600, **by)
        return issue_month(get_month_ready(month), **by)

    def _settled(self, month: Month, share: Share) -> None:
        settle(self.facts, month, share)
        for noted in (self.previewed, self.approved):
            for period, names in noted.items():
                if period <= str(month):
                    names.pop(share.customer, None)
        row = Settlement.objects.select_related("invoice").get(
            run__period=str(month), customer__number=share.customer
        )
        compare.insist_on_paper(row, share)

    # Whole month ends

    @rule(ago=months_ago, in_steps=st.booleans())
    def month_end(self, ago: int, in_steps: bool) -> None:
        self._whole(self.month(ago), in_steps=in_steps)

    def _whole(self, month: Month, *, in_steps: bool) -> None:
        expected = self._preview(month)
        self._approve_all(month)
        self._issue(month, in_steps=in_steps)
        self._insist_on_closed(month, expected)

    def _approve_all(self, month: Month) -> None:
        approve_previews(month=month, customers=None, by=None, at=self.at)
        waiting = self.previewed[str(month)]
        self.approved[str(month)] |= waiting
        waiting.clear()

    def _insist_on_closed(self, month: Month, expected: Expected) -> None:
        """Want every session settled, held, or excused by its customer (M4)."""
        left = expect(self.facts, month).shares
        for name, share in left.items():
            held = all(group["basis"] == HELD for group in share.groups)
            closed_before = (str(month), name) in self.facts.settled
            assert held or share.parked or closed_before, name
        assert expected.shares.keys() >= left.keys()
        compare.insist_on_books(self.facts)
        if expected.shares.keys() != left.keys():
            self.insist_on_invariants()

    @rule(ago=months_ago)
    def month_end_again(self, ago: int) -> None:
        """A second run of the same month does nothing (M1)."""
        month = self.month(ago)
        self._whole(month, in_steps=False)
        papers, head = _papers(), Head.objects.get().sequence
        outcome = self._run(month, in_steps=False)
        assert not outcome.settled
        assert not outcome.outdated
        assert (papers, head) == (_papers(), Head.objects.get().sequence)

    @precondition(lambda self: self.facts.cases)
    @rule(
        ago=months_ago,
        in_steps=st.booleans(),
        who=technicians,
        earlier=draws.ago,
        stretches=draws.stretches,
    )
    def work_goes_on_before_the_issue(
        self, ago: int, in_steps: bool, who: str, earlier: int, stretches: Any
    ) -> None:
        """What is added after the approval outdates it, and is on no invoice."""
        month = self.month(ago)
        self._preview(month)
        self._approve_all(month)
        self.write_down(who, earlier, stretches)
        self._issue(month, in_steps=in_steps)
        compare.insist_on_books(self.facts)

    @precondition(lambda self: self.facts.unbilled())
    @rule(ago=months_ago, in_steps=st.booleans(), which=draws.pick)
    def work_is_moved_before_the_issue(
        self, ago: int, in_steps: bool, which: int
    ) -> None:
        """The same work at another time outdates an approval too."""
        month = self.month(ago)
        self._preview(month)
        self._approve_all(month)
        row = self.chosen(self.facts.unbilled(), which)
        new = row | {"start": row["start"] - 60, "end": row["end"] - 60}
        refusal = self._wrong_span(new, new["start"], new["end"])
        self.act(lambda: self._correct(new), refusal=refusal)
        if not refusal:
            row.update(new)
        self._issue(month, in_steps=in_steps)

    @rule(ago=months_ago, number=st.integers(1, 150), in_steps=st.booleans())
    def month_end_breaks(self, ago: int, number: int, in_steps: bool) -> None:
        """Broken anywhere, each customer has all or nothing; again completes (M3)."""
        month = self.month(ago)
        expected = self._preview(month)
        self._approve_all(month)
        due = sorted(self.approved[str(month)])
        with broken_at(number), contextlib.suppress(OperationalError):
            self._run(month, in_steps=in_steps)
        done = _settled_names(month) - {
            name for period, name in self.facts.settled if period == str(month)
        }
        assert due[: len(done)] == sorted(done)
        for name in sorted(done):
            self._settled(month, expected.shares[name])
        compare.insist_on_books(self.facts)
        self._insist_on_states(month)
        self._issue(month, in_steps=in_steps)
        self._insist_on_closed(month, expected)

    # What must hold

    def insist_on_invariants(self) -> None:
        """Ask the product's own checks as well."""
        assert check_invariants() == []

    @precondition(lambda self: self.facts.customers)
    @invariant()
    def the_rows_are_those_of_the_model(self) -> None:
        compare.insist_on_sessions(self.facts)
        _insist_on_numbers()

    def close(self) -> None:
        """Bill what is there, and look at everything; then explain it all away."""
        month = self.month(0)
        expected = expect(self.facts, month)
        if expected.rated.groups:
            compare.insist_on_rated(given_out(month), expected)
        self._whole(month, in_steps=False)
        self.insist_on_invariants()
        assert_invoices_are_explained()


def _settled_names(month: Month) -> set[str]:
    rows = Settlement.objects.filter(run__period=str(month), released_by=None)
    return set(rows.values_list("customer__number", flat=True))


def _papers() -> tuple[Any, ...]:
    """Return what a preview must not touch."""
    invoices = Invoice.objects.order_by("pk").values_list("number", "document_sha256")
    return list(invoices), Settlement.objects.count()


def _insist_on_numbers() -> None:
    """Want the numbers of each series without a gap, in the order of issue (N1)."""
    last: dict[str, int] = {}
    rows = Invoice.objects.order_by("pk").values_list("series", "sequence")
    for series, sequence in rows:
        assert sequence == last.get(series, 0) + 1
        last[series] = sequence
