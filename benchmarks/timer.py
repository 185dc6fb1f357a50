"""What it takes to start and to stop the clock, with its entry in the Kladde.

    python benchmarks/timer.py [--seconds 3] [--only sqlite|postgres]

By the real action and through the web: at one connection (median, wall and
processor), and at eight (how many a second: eight processes with the action, eight
connections to a served Fernkladde). Beside them, in the same run, bare Django that
inserts and commits one row.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import secrets
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from clocks import Times, summary, timed
from scratch import ROOT, load_rooms, on_both, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Barrier

    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case, Session

AIM_MS = 8
AIM_PER_SECOND = 150
AT_ONCE = 8
PAIRS = 150
WARM_UP = 10
# Nobody works twice in one second: a connection has as many people as it needs. And
# nobody's work may overlap: each load has people of its own.
TECHNICIANS_EACH = 60
BY_ACTION, BY_WEB, BY_ACTION_AT_EIGHT, SERVED_AT_EIGHT = 0, 1, 2, 2 + AT_ONCE
DESKS = 2 + 2 * AT_ONCE
LONG_AGO = datetime(2026, 1, 5, 7, tzinfo=UTC)


def fill() -> None:
    """Make a technician's desk: enough people and cases for all connections."""
    from django.db import transaction

    from tests import make

    make.policy()
    with transaction.atomic():
        for _ in range(DESKS * TECHNICIANS_EACH):
            make.user()
            make.case()


def desk(connection: int) -> list[tuple[User, Case]]:
    """Return the people of one connection, each with a case of their own."""
    from fernkladde.accounts.models import User
    from fernkladde.cases.models import Case

    first = connection * TECHNICIANS_EACH
    people = User.objects.order_by("pk")[first : first + TECHNICIANS_EACH]
    cases = Case.objects.order_by("pk")[first : first + TECHNICIANS_EACH]
    return list(zip(people, cases.select_related("customer"), strict=True))


def insert_one() -> None:
    """Do the least that a change can be: one row of a table without rules."""
    from fernkladde.cases.models import CaseCounter

    CaseCounter.objects.create(series=f"{_PROCESS}-{next(_ROWS)}")


_ROWS = count()
_PROCESS = secrets.token_hex(5)


def pairs(connection: int) -> Iterator[tuple[Callable[[], Any], Callable[[], Any]]]:
    """Yield a start and the stop that belongs to it, an hour of work each."""
    from fernkladde.cases.actions import start_timer, stop_timer

    started: list[Session] = []

    def start(technician: User, case: Case, at: datetime) -> None:
        started.append(
            start_timer(
                case=case, technician=technician, by=technician, at=at, connection="vpn"
            )
        )

    def stop(technician: User, at: datetime) -> None:
        stop_timer(session=started.pop(), by=technician, at=at)

    at = LONG_AGO
    for technician, case in cycle(desk(connection)):
        at += timedelta(hours=2)
        end = at + timedelta(hours=1)
        yield partial(start, technician, case, at), partial(stop, technician, end)


def web_pairs() -> Iterator[tuple[Callable[[], Any], Callable[[], Any]]]:
    """Do the same through the whole of Django, middleware and login included."""
    from django.test import Client
    from django.urls import reverse

    logged_in = []
    for technician, case in desk(BY_WEB):
        client = Client(HTTP_HOST="localhost")
        client.force_login(technician)
        logged_in.append((client, technician, case))
    for client, technician, case in cycle(logged_in):
        start_at = reverse("start-timer", args=[case.number])

        def start(client: Client = client, address: str = start_at) -> None:
            assert client.post(address, STARTED).status_code == 302

        def stop(client: Client = client, technician: User = technician) -> None:
            assert client.post(stop_address(technician)).status_code == 302

        yield start, stop


STARTED = {"service": "remote", "connection": "vpn"}


def stop_address(technician: User) -> str:
    from django.urls import reverse

    from fernkladde.cases.models import Session

    running = Session.objects.running().filter(technician=technician)
    return reverse("stop-timer", args=[running.values_list("number", flat=True).get()])


def at_one(made: Iterator[tuple[Callable[[], Any], Callable[[], Any]]]) -> Any:
    starts: Times = []
    stops: Times = []
    for number, (start, stop) in zip(range(WARM_UP + PAIRS), made, strict=False):
        times = timed(start), timed(stop)
        if number >= WARM_UP:
            starts.append(times[0])
            stops.append(times[1])
    return {"start": summary(starts), "stop": summary(stops)}


def bare_at_one() -> dict[str, float]:
    times = [timed(insert_one) for _ in range(WARM_UP + 2 * PAIRS)]
    return summary(times[WARM_UP:])


def looped(
    work: str, connection: int, seconds: float, ready: Barrier, told: Any
) -> None:
    """Work in a process of its own until the time is over; tell how much was done."""
    load_rooms()
    acts = acts_of(work, connection)
    next(acts)()
    ready.wait(60)
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        next(acts)()
        done += 1
    told.put(done)


def acts_of(work: str, connection: int) -> Iterator[Callable[[], Any]]:
    if work == "bare":
        while True:
            yield insert_one
    for start, stop in pairs(BY_ACTION_AT_EIGHT + connection):
        yield start
        yield stop


def at_eight(work: str, seconds: float) -> int:
    """Return how many acts a second eight processes do together."""
    context = multiprocessing.get_context("spawn")
    ready, told = context.Barrier(AT_ONCE), context.Queue()
    workers = [
        context.Process(
            target=looped, args=(work, number, seconds, ready, told), daemon=True
        )
        for number in range(AT_ONCE)
    ]
    for worker in workers:
        worker.start()
    done = [told.get(timeout=120 + seconds) for _ in workers]
    for worker in workers:
        worker.join()
    return round(sum(done) / seconds)


TOKEN = "a" * 32  # any will do, as long as cookie and form say the same


def logged_in(technician: User) -> dict[str, str]:
    """Log a person in without the page, and return what their browser sends along."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
    from django.contrib.auth import SESSION_KEY as PERSON
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[PERSON] = str(technician.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = technician.get_session_auth_hash()
    session.create()
    return {
        "Cookie": f"session={session.session_key}; csrf={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def connect(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def post(
    server: http.client.HTTPConnection,
    headers: dict[str, str],
    address: str,
    fields: dict[str, str],
) -> None:
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields})
    server.request("POST", address, body, headers)
    answer = server.getresponse()
    answer.read()
    if answer.status != 302:
        message = f"{address}: {answer.status}"
        raise RuntimeError(message)


def served_at_eight(seconds: float) -> dict[str, float]:
    """Let eight browsers start and stop clocks at a served Fernkladde."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fernkladde", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    try:
        wait_for(port)
        times: list[list[float]] = [[] for _ in range(AT_ONCE)]
        ready = threading.Barrier(AT_ONCE)
        threads = [
            threading.Thread(target=browse, args=(port, n, seconds, ready, times[n]))
            for n in range(AT_ONCE)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.wait(20)
    every = [milliseconds for some in times for milliseconds in some]
    return {
        "per_second": round(len(every) / seconds),
        "p50_ms": round(median(every), 1),
    }


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the pages do not answer within 30 s")


def browse(
    port: int, number: int, seconds: float, ready: threading.Barrier, told: list[float]
) -> None:
    """Work at one kept connection, as one person after the other."""
    from django.db import connection, transaction
    from django.urls import reverse

    with transaction.atomic():
        people = [
            (logged_in(person), person, reverse("start-timer", args=[case.number]))
            for person, case in desk(SERVED_AT_EIGHT + number)
        ]
    ready.wait(60)
    server = connect(port)
    until = time.perf_counter() + seconds
    for headers, person, start_at in cycle(people):
        told.append(timed(partial(post, server, headers, start_at, STARTED))[0])
        told.append(timed(partial(post, server, headers, stop_address(person), {}))[0])
        if time.perf_counter() > until:
            break
    connection.close()


def measure(seconds: float) -> dict[str, Any]:
    """Measure in the database that the environment names."""
    set_up()
    fill()
    return {
        "bare_insert": bare_at_one(),
        "action": at_one(pairs(BY_ACTION)),
        "web": at_one(web_pairs()),
        "bare_insert_at_eight_per_second": at_eight("bare", seconds),
        "action_at_eight_per_second": at_eight("timer", seconds),
        "served_at_eight": served_at_eight(seconds),
    }


def line(name: str, found: dict[str, Any]) -> str:
    if "not_measured" in found:
        return f"timer on {name}: not measured: {found['not_measured']}"
    action, web = found["action"], found["web"]
    return (
        f"timer on {name}: start {action['start']['p50_ms']} ms, stop"
        f" {action['stop']['p50_ms']} ms (processor {action['start']['cpu_ms']} and"
        f" {action['stop']['cpu_ms']}); through the web {web['start']['p50_ms']} and"
        f" {web['stop']['p50_ms']} ms; aim {AIM_MS}."
        f" At eight: {found['action_at_eight_per_second']} a second,"
        f" served {found['served_at_eight']['per_second']}; aim {AIM_PER_SECOND}."
        f" Bare insert: {found['bare_insert']['p50_ms']} ms,"
        f" {found['bare_insert_at_eight_per_second']} a second"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="of each load")
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure(args.seconds)))
        return
    seconds = str(args.seconds)
    found = on_both(__file__, "--here", "--seconds", seconds, only=args.only)
    for name, result in found.items():
        print(line(name, result))
    print(json.dumps({"benchmark": "timer", "aim_ms": AIM_MS, **found}))


if __name__ == "__main__":
    main()
