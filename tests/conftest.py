"""What all tests share: which database this run is about, and who takes part.

The suite runs once on SQLite and once more, for what touches a database, on
PostgreSQL (`FERNKLADDE_DATABASE_URL`); `python -m tests` does both.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings

from tests.installation import installation  # noqa: F401 - a fixture for all rooms
from tests.own_database import own_database  # noqa: F401 - a fixture for all rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

# The same examples each time, so that a landing is never red by chance; with --all
# new ones are drawn.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("FERNKLADDE_TEST_PROFILE", "steady"))

ON_POSTGRES = os.environ.get("FERNKLADDE_DATABASE_URL", "").startswith("postgresql:")
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "own_database",
    "installation",
}


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database also where the tests chosen only copy it.

    The plugin's own fixture looks for its marker and else makes none: a copy would
    then be one of whatever database the environment names.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


def touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(fixtures & DATABASE_FIXTURES)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """On PostgreSQL run only what a database can change: no looks of pages."""
    if not ON_POSTGRES:
        return
    kept = [
        item
        for item in items
        if touches_a_database(item) and not item.get_closest_marker("browser")
    ]
    config.hook.pytest_deselected(items=[i for i in items if i not in set(kept)])
    items[:] = kept
