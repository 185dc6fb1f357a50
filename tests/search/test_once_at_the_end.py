"""Whoever writes many things in a row has them indexed once, after the last."""

from __future__ import annotations

import pytest

from fernkladde.search.find import find
from fernkladde.search.index import catch_up, once_at_the_end
from fernkladde.search.models import Due
from tests import make

pytestmark = pytest.mark.django_db


def test_what_becomes_due_meanwhile_waits_for_the_end() -> None:
    with once_at_the_end():
        make.customer(number="K1", name="Brandl Umformtechnik")
        assert catch_up() == 0
        assert Due.objects.exists()

    assert not Due.objects.exists()
    assert [found.number for found in find("brandl", user=make.user())] == ["K1"]


def write_and_fail() -> None:
    with once_at_the_end():
        make.customer(name="Brandl Umformtechnik")
        raise ZeroDivisionError


def test_after_a_failure_the_next_action_indexes_it() -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert Due.objects.exists()
    assert catch_up() > 0
    assert not Due.objects.exists()
