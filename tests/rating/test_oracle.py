"""The engine against a second rating that looks at every second by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from fernkladde.rating import parse_scenario, rate

from .exact import exact
from .examples import examples
from .oracle import Oracle
from .scenarios import scenarios

pytestmark = pytest.mark.slow


@given(scenarios(least_sessions=2))
@examples(500)
def test_the_engine_and_the_slow_rating_agree(doc: dict[str, Any]) -> None:
    result = exact(rate(parse_scenario(doc)))

    expected = Oracle(doc).result()

    assert result == expected
