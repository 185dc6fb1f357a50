"""How many random examples a property gets: few while working, many with --all."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SEARCHING = os.environ.get("FERNKLADDE_TEST_PROFILE") == "search"
_TIMES = 25


def examples(count: int) -> settings:
    """Whole scenarios are large to draw; that is no reason to fail."""
    return settings(
        max_examples=count * _TIMES if _SEARCHING else count,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
