from __future__ import annotations

from typing import get_args

import pytest

from fernkladde.accounts import roles
from fernkladde.accounts.models import User
from fernkladde.accounts.roles import Capability, Role

# The table of the docs, written out once more: a change of it is a decision.
TABLE = """
               read work consent decide master_data tariffs bill read_money read_journal export administer
technician      x    x      x      -         -         -      -       -           x         -       -
dispatcher      x    x      x      x         x         -      -       -           x         -       -
billing         x    -      x      -         x         -      x       x           x         x       -
manager         x    x      x      x         x         x      x       x           x         x       -
auditor         x    -      -      -         -         -      -       x           x         x       -
administrator   x    x      x      x         x         x      x       x           x         x       x
"""  # noqa: E501
WRITING = {"work", "consent", "decide", "master_data", "tariffs", "bill", "administer"}


def cells() -> list[tuple[str, str, bool]]:
    head, *body = TABLE.strip().splitlines()
    words = head.split()
    return [
        (role, word, mark == "x")
        for role, *marks in (line.split() for line in body)
        for word, mark in zip(words, marks, strict=True)
    ]


@pytest.mark.parametrize(("role", "word", "allowed"), cells())
def test_a_role_may_what_the_table_says(role: str, word: str, allowed: bool) -> None:
    assert roles.may(role, word) is allowed


def test_the_table_speaks_of_every_role_and_every_word() -> None:
    table = {(role, word) for role, word, _ in cells()}

    assert table == {(r, w) for r in Role.values for w in get_args(Capability)}


def test_the_auditor_reads_all_and_writes_nothing() -> None:
    allowed = roles.CAPABILITIES[Role.AUDITOR]

    assert allowed & WRITING == set()
    assert allowed == roles.EVERYTHING - WRITING


def test_a_word_that_nobody_knows_is_a_slip_and_not_a_no() -> None:
    with pytest.raises(roles.UnknownCapability):
        roles.may(Role.ADMINISTRATOR, "read_mony")


def test_whoever_has_left_may_nothing() -> None:
    petra = User(role=Role.ADMINISTRATOR, is_active=False)

    assert not petra.may("read")
    assert petra.capabilities == frozenset()


def test_a_person_may_what_their_role_may() -> None:
    jonas = User(role=Role.TECHNICIAN)

    assert jonas.may("work")
    assert not jonas.may("bill")
    assert jonas.capabilities == roles.CAPABILITIES[Role.TECHNICIAN]
