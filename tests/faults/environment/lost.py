"""A connection that the server ends between two statements (F-05)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)

from tests.conftest import ON_POSTGRES
from tests.faults.harness import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

to_a_server = pytest.mark.skipif(
    not ON_POSTGRES, reason="SQLite is a file: there is no connection to lose"
)
LOST = (OperationalError, InterfaceError)


def administrator() -> psycopg.Connection[Any]:
    """Connect beside the one that is to be ended."""
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


@dataclass(slots=True)
class Termination(Fault):
    """Let the server end the connection at the n-th event; then things take their way.

    What is done next finds out by itself.
    """

    server: psycopg.Connection[Any] | None = field(default=None, kw_only=True)

    def event(self) -> None:
        self.seen += 1
        if self.seen != self.at:
            return
        assert self.server is not None
        driver: Any = connections["default"].connection
        ended = self.server.execute(
            "SELECT pg_terminate_backend(%s, 5000)", [driver.info.backend_pid]
        ).fetchone()
        assert ended == (True,)


def disconnected(act: Callable[[], object], *, at: int) -> bool:
    """Do something whose connection ends at the n-th event; return whether it broke.

    After the last COMMIT it does not break: there is nothing more to ask for.
    """
    with closing(administrator()) as server:
        try:
            with Termination(at, server=server).watching():
                act()
        except LOST:
            return True
        finally:
            close_old_connections()
    return False
