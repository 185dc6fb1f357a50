"""An installation with something to lose: invoices, their documents, a key."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.db import connection

from fernkladde.billing.rendering import render_due
from fernkladde.billing.sheets import Rendered, render
from fernkladde.integrity.backup.archive import MANIFEST, _end, _whole, open_archive
from fernkladde.integrity.backup.make import make_backup
from fernkladde.integrity.restore.scratch import connected_to, scratch_database
from tests.billing import month
from tests.billing.month import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from pytest_django.fixtures import Settings

from fernkladde.integrity.backup.make import Made


class Press:
    """Renders in this process; what it makes are real documents all the same."""

    def render(self, text: str) -> Rendered:
        return render(text)


@dataclass(frozen=True, slots=True)
class Place:
    """The data folder of a test."""

    data: Path

    @property
    def documents(self) -> Path:
        return self.data / "documents"

    def target(self, name: str = "one.tar") -> Path:
        return self.data.parent / "kept" / name

    def back_up(self, name: str = "one.tar", at: datetime = AT) -> Made:
        return make_backup(target=self.target(name), clock=lambda: at)

    def left_behind(self) -> list[str]:
        """Return what lies in the folder of the backups, hidden files too."""
        folder = self.target().parent
        return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def place_in(folder: Path, settings: Settings, key: str = "") -> Place:
    """Let the settings name a new data folder, with the key of this process."""
    data = folder / "var"
    data.mkdir(mode=0o700, parents=True)
    (data / "secret-key").write_text(key or django_settings.SECRET_KEY)
    settings.DATA = data
    settings.DOCUMENTS = data / "documents"
    return Place(data)


def bill_a_month(customers: int = 2) -> None:
    """Issue a month and store its documents."""
    month.firm()
    for _ in range(customers):
        month.work()
    month.bill()
    render_documents()


def render_documents() -> None:
    while render_due(Press(), clock=lambda: AT):  # type: ignore[arg-type]
        pass


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """Connect to a database without any table, on the engine of this run."""
    if connection.vendor == "sqlite":
        with connected_to(str(folder / "empty.sqlite3")):
            yield
    else:
        with scratch_database() as name, connected_to(name):
            yield


def seal_again(path: Path, **changes: Any) -> None:
    """Write another manifest into a backup, sealed as if it had always been so."""
    with open_archive(path) as archive:
        manifest = archive.manifest
    members = sum(len(_whole(m.name, bytes(m.size))) for m in manifest.members)
    changed = replace(manifest, **changes).to_json()
    content = path.read_bytes()[:members]
    path.write_bytes(content + _whole(MANIFEST, changed) + _end(changed))
