"""Databases of their own for what is measured: one of each kind, thrown away after.

A program calls itself once in each of them, since a process has one database:

    if args.here:                       # in the child: measure, print one JSON
        print(json.dumps(measure(...)))
    else:
        result = on_both(__file__, "--here", ...)

Both are as durable as a firm's own: SQLite with the product's settings, PostgreSQL
with its defaults. In PostgreSQL's place stands why there was none.
"""

# ruff: noqa: PLC0415, E402  the checkout is found first, Django loaded only on demand

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import psycopg

from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Environment = dict[str, str]


@contextlib.contextmanager
def data_folder() -> Iterator[Environment]:
    with tempfile.TemporaryDirectory(prefix="fk-bench-") as folder:
        yield {
            "FERNKLADDE_DATA": folder,
            "FERNKLADDE_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "fernkladde.config.settings",
        }


@contextlib.contextmanager
def on_postgres() -> Iterator[Environment]:
    name = f"bench_{secrets.token_hex(4)}"
    with data_folder() as folder, postgres.server(durable=True) as url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
            yield folder | {"FERNKLADDE_DATABASE_URL": own}
        finally:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


PLACES = {"sqlite": data_folder, "postgres": on_postgres}


def on_both(program: str, *arguments: str, only: str = "") -> dict[str, Any]:
    """Run the program once in each place and return what it printed, by place."""
    found: dict[str, Any] = {}
    for name, place in PLACES.items():
        if only in {"", name}:
            try:
                with place() as environment:
                    found[name] = _printed(program, arguments, environment)
            except postgres.NoServer as reason:
                found[name] = {"not_measured": str(reason)}
    return found


def _printed(
    program: str, arguments: tuple[str, ...], environment: Mapping[str, str]
) -> Any:
    done = subprocess.run(
        [sys.executable, program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        check=True,
    )
    return json.loads(done.stdout)


def load_rooms() -> None:
    """Load Django and the models; the tables are there."""
    from fernkladde.commands.django import set_up as load

    load()


def set_up() -> None:
    """Make the tables; called in the child, before any model is imported."""
    from fernkladde.commands.django import bring_up_to_date

    load_rooms()
    bring_up_to_date()
