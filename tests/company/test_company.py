"""A company as it goes, step by step at random, beside a model of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import Company

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVERYTHING_IS_SLOW = list(HealthCheck)


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Company,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=EVERYTHING_IS_SLOW,
        ),
    )


def test_a_company_bills_what_the_model_expects() -> None:
    run(examples=50, steps=30)


@pytest.mark.long
def test_a_company_bills_what_the_model_expects_for_long() -> None:
    run(examples=300, steps=50)
