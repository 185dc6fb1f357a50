"""One round through everything; what cannot be looked at is a fault of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.integrity.invariants.readable import why_unreadable

from .addresses import check_addresses
from .database import check_durability, check_guards, check_program, check_role
from .findings import Finding, fault, ok
from .firm import check_company, check_people
from .folder import check_disk, check_folder, check_key
from .machine import check_python, check_room, check_time_zones
from .operation import check_backup, check_clock, check_worker
from .searching import check_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    Check = Callable[[], Finding | Iterable[Finding]]


def examine(*, at: datetime, demo_password: str) -> Iterator[Finding]:
    """Look at the set-up; nothing is changed, and nothing is made."""
    yield from _all_of(
        {
            "python": check_python,
            "time-zones": check_time_zones,
            "data-folder": check_folder,
            "secret-key": check_key,
            "room": check_room,
            "disk": check_disk,
            "url": check_addresses,
        }
    )
    if sentence := why_unreadable():
        yield fault("database", sentence)
        return
    yield ok("database", _("Datenbank ist auf dem Stand dieser Fassung"))
    yield from _all_of(
        {
            "database-program": check_program,
            "durability": check_durability,
            "guards": check_guards,
            "search": check_search,
            "role": check_role,
            "clock": lambda: check_clock(at),
            "worker": lambda: check_worker(at),
            "backup": lambda: check_backup(at),
            "company": check_company,
            "people": lambda: check_people(demo_password),
        }
    )


def _all_of(checks: Mapping[str, Check]) -> Iterator[Finding]:
    for name, check in checks.items():
        try:
            found = check()
            yield from [found] if isinstance(found, Finding) else list(found)
        except Exception as broken:  # one broken thing must not hide the others
            sentence = _("Nicht zu prüfen: %(why)s")
            yield fault(name, sentence % {"why": " ".join(str(broken).split())})
