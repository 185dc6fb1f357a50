"""What may lose a commit at a power cut is named; nothing is issued on it (F-23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings as ours
from django.db import connection

from fernkladde.config import settings as product
from fernkladde.journal.durability import (
    DatabaseForgets,
    loose_settings,
    refuse_forgetful_database,
)

from .tampering import run

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


def loosen() -> str:
    """Let the database forget; the tests' PostgreSQL does so from its start."""
    if connection.vendor == "sqlite":
        run("PRAGMA synchronous = NORMAL")
        return "synchronous=1"
    return "synchronous_commit=off"


def test_each_setting_that_loses_commits_is_named(own_database: None) -> None:
    before = loose_settings()
    loosen()

    after = loose_settings()

    if connection.vendor == "sqlite":
        assert (before, after) == ([], ["synchronous=1"])
    else:
        names = {sentence.partition("=")[0] for sentence in after}
        assert names == {"fsync", "full_page_writes", "synchronous_commit"}


def test_a_commit_that_waits_for_the_disk_is_not_named(own_database: None) -> None:
    if connection.vendor == "postgresql":
        run("SET synchronous_commit = local")

    loose = loose_settings()

    assert not any(name.startswith("synchronous") for name in loose)


def test_a_rollback_journal_is_named(own_database: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one")
    run("PRAGMA journal_mode = DELETE")

    assert loose_settings() == ["journal_mode=delete"]


def test_a_forgetful_database_is_refused_in_one_sentence(
    own_database: None, settings: Settings
) -> None:
    settings.DATABASE_MAY_FORGET = False
    name = loosen()

    with pytest.raises(DatabaseForgets, match=name):
        refuse_forgetful_database()


def test_only_the_tests_may_forget() -> None:
    assert product.DATABASE_MAY_FORGET is False
    assert ours.DATABASE_MAY_FORGET is True
