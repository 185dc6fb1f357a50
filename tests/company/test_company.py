"""A company as it goes, step by step at random, beside a model of it."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from .imported import ImportedCompany
from .machine import Company

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Steps with a month's end in them are slow, and wanted; so no health checks.

    On PostgreSQL each statement takes longer: a third of the examples.
    """
    chosen = settings(
        max_examples=examples // (3 if connection.vendor == "postgresql" else 1),
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_a_company_bills_what_the_model_expects() -> None:
    run(Company, examples=40, steps=30)


def test_an_imported_company_goes_on_as_the_model_expects() -> None:
    run(ImportedCompany, examples=15, steps=20)


@pytest.mark.long
@pytest.mark.parametrize("machine", [Company, ImportedCompany])
def test_a_company_bills_what_the_model_expects_for_long(
    machine: type[RuleBasedStateMachine],
) -> None:
    run(machine, examples=300, steps=50)
