"""Breaking what is done at its n-th database event, and a fresh database for each try.

An event is the moment before or after a statement (BEGIN and savepoints are
statements too) and the moment before or after a COMMIT: `execute_wrapper` sees no
COMMIT, so that is watched at the connection itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, close_old_connections, connection, connections

from tests.own_database import connected_to, postgres_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERROR, KILL = "error", "kill"
KINDS = (ERROR, KILL)

SHARED_MEMORY = Path("/dev/shm")
DONE, UNEXPECTED = 0, 99


class Injected(OperationalError):
    """The fault itself, told apart from every error that is the product's own."""


@dataclass(slots=True)
class Fault:
    """Count database events, and break at the n-th; with 0 only count.

    `commits` has the numbers of the events around a COMMIT: between the two the
    outcome changes.
    """

    at: int = 0
    kind: str = ERROR
    seen: int = 0
    commits: list[int] = field(default_factory=list)

    def event(self) -> None:
        self.seen += 1
        if self.seen != self.at:
            return
        if self.kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise Injected("injected")

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: Any,
    ) -> Any:
        self.event()
        result = execute(sql, params, many, context)
        self.event()
        return result

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch all that goes to the database meanwhile."""
        watched: Any = connections["default"]
        commit = watched._commit

        def watched_commit() -> None:
            self.commits += [self.seen + 1, self.seen + 2]
            self.event()
            commit()
            self.event()

        watched._commit = watched_commit
        try:
            with watched.execute_wrapper(self):
                yield
        finally:
            watched._commit = commit


def events_of(act: Callable[[], object]) -> Fault:
    """Do something undisturbed and return how many events it had."""
    counting = Fault()
    with counting.watching():
        act()
    return counting


def broken(act: Callable[[], object], *, at: int, kind: str) -> bool:
    """Do something that breaks at its n-th event; return whether the fault came.

    After an error the request ends, as in a web process; PostgreSQL's connection
    stays open for the next one. What the search could not index stays due, and the
    work is done all the same: there the error ends nothing.
    """
    if kind == KILL:
        return _killed(act, at)
    fault = Fault(at, kind)
    try:
        with suppress(Injected), fault.watching():
            act()
    finally:
        close_old_connections()
    return fault.seen >= at


def _killed(act: Callable[[], object], at: int) -> bool:
    """Do it in a child of its own, that opens its own connection and kills itself."""
    connection.close()
    child = os.fork()
    if not child:
        _live_and_die(act, at)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == DONE, "the child failed before its fault"
    return False


def _live_and_die(act: Callable[[], object], at: int) -> None:
    try:
        with Fault(at, KILL).watching():
            act()
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        os._exit(UNEXPECTED)
    os._exit(DONE)


@contextmanager
def another_copy() -> Iterator[None]:
    """Go on in a copy of the database connected to, and throw it away afterwards."""
    copying = _file_copy() if connection.vendor == "sqlite" else postgres_copy()
    with copying as name, connected_to(name):
        yield


@contextmanager
def _file_copy() -> Iterator[str]:
    """Copy the file in memory: a process that is killed needs no disk to be unsure."""
    connection.close()  # the last to leave brings the log into the file
    within = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="fk-fault-", dir=within))
    try:
        copy = folder / "copy.sqlite3"
        shutil.copyfile(connection.settings_dict["NAME"], copy)
        yield str(copy)
    finally:
        shutil.rmtree(folder)
