"""`fernkladde setup`: the code for the first administrator."""

from __future__ import annotations

import argparse

import pytest
from django.utils import timezone

from fernkladde.accounts.models import SetupCode
from fernkladde.accounts.roles import Role
from fernkladde.accounts.setup import redeem_setup_code
from fernkladde.commands import setup
from tests import make

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    setup.add_arguments(parser)
    return setup.run(parser.parse_args(words))


def test_the_code_it_prints_makes_the_first_administrator(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = run()

    printed = capsys.readouterr().out
    code = printed.splitlines()[0].removeprefix("Einrichtungscode: ")
    anna = redeem_setup_code(
        code=code,
        username="anna",
        full_name="Anna Weber",
        password="Geber an Presse 3",
        at=timezone.now(),
    )
    assert status == 0
    assert "/einrichten/" in printed
    assert anna.role == Role.ADMINISTRATOR


def test_a_set_up_installation_is_refused_with_the_way_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make.user(Role.ADMINISTRATOR)

    status = run()

    assert status == 2
    assert "--recovery" in capsys.readouterr().err
    assert not SetupCode.objects.exists()


def test_recovery_makes_a_code_all_the_same() -> None:
    make.user(Role.ADMINISTRATOR)

    assert run("--recovery") == 0
    assert SetupCode.objects.count() == 1
