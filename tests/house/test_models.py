"""Every model can be made in a test, and the database is what the models say."""

from __future__ import annotations

import inspect
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from fernkladde.journal.guards import missing_guards
from tests import make
from tests.journal import make as journal_make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db import models

# Rows that only come about with others: who needs one takes the action.
BY_ACTIONS = {
    "accounts.KeptView": "accounts.kept_views",
    "accounts.LoginFailure": "accounts.login",
    "accounts.SetupCode": "accounts.setup",
    "billing.AllowancePosting": "billing.issue",
    "billing.Company": "billing.firm",
    "billing.Counter": "billing.issue",
    "billing.Line": "billing.issue",
    "billing.Preview": "billing.preview",
    "billing.Rendering": "billing.issue",
    "billing.Run": "billing.preview",
    "billing.Standing": "billing.live.standing",
    "cases.CaseCounter": "cases.numbers",
    "cases.Rules": "cases.actions.rules",
    "imports.KnownColumns": "imports.tables.batches",
    "imports.Piece": "imports.tables.batches",
    "imports.Trace": "imports.tables.taking",
    "imports.VerdictPage": "imports.tables.batches",
    "journal.Head": "journal.actions",
    "journal.PersonalValue": "journal.actions",
    "search.Due": "search.watch",
    "search.Entry": "search.index",
}


def own_models() -> set[str]:
    return {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("fernkladde.")
    }


def makers() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Find the functions that say that they return a model."""
    known = {model.__name__: model._meta.label for model in apps.get_models()}
    found: list[tuple[str, Any]] = inspect.getmembers(make, inspect.isfunction)
    for _name, function in [*found, ("entry", journal_make.entry)]:
        if label := known.get(function.__annotations__.get("return", "")):
            yield label, function


def test_every_model_has_a_maker_or_the_action_that_makes_it() -> None:
    made = {label for label, _maker in makers()}

    assert made | BY_ACTIONS.keys() == own_models()
    assert made & BY_ACTIONS.keys() == set()


@pytest.mark.parametrize(
    ("label", "maker"), [pytest.param(*row, id=row[1].__name__) for row in makers()]
)
@pytest.mark.django_db
def test_a_maker_needs_nothing_and_makes_a_record(
    label: str, maker: Callable[..., models.Model]
) -> None:
    record = maker()

    assert type(record)._meta.label == label
    assert type(record)._default_manager.filter(pk=record.pk).exists()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"


@pytest.mark.django_db
def test_all_guards_are_in_force() -> None:
    assert missing_guards(connection) == []
