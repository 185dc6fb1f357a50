"""An installation of one's own: the real command in a real process."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder, a database, and the environment that names them."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "fernkladde", *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
            check=False,
            timeout=600,
        )

    def file(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)


def settings_of_processes() -> str:
    """Name the product's own settings, but where the database may forget."""
    on_postgres = os.environ.get("FERNKLADDE_DATABASE_URL", "").startswith("postgresql")
    return "tests.forgetful" if on_postgres else "fernkladde.config.settings"


@contextlib.contextmanager
def _own_database() -> Iterator[dict[str, str]]:
    """Name a fresh database on the server of this run; on SQLite a file does."""
    url = os.environ.get("FERNKLADDE_DATABASE_URL", "")
    if not url.startswith("postgresql:"):
        yield {}
        return
    name = f"installation_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {"FERNKLADDE_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=name))}
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with _own_database() as database:
        own = {"FERNKLADDE_DATA": str(tmp_path / "var"), **database}
        own["DJANGO_SETTINGS_MODULE"] = settings_of_processes()
        yield Installation(tmp_path, {**os.environ, **own})
