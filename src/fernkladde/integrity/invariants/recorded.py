"""T3, K5: who worked, and what was recorded first, is what the Kladde tells of it.

Work that came in with an import, and versions kept before the Kladde pinned them,
are told of by no entry and believed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from fernkladde.cases.pinned import version_sha256
from fernkladde.journal.as_stored import instant, instant_sql, rows
from fernkladde.journal.models import SYSTEM

from .findings import Part
from .tables import BEFORE_ALL, text
from .told import entries_of_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Findings

PAGE = 5000
VALUES = 'v."values"'
SESSIONS, VERSIONS = "cases_session", "cases_sessionversion"


class Version(NamedTuple):
    """A version as it is stored."""

    pk: int
    session: str
    revision: int
    values: str
    changed_at: str
    changed_by: int | None
    reason: str

    @property
    def sha256(self) -> str:
        return version_sha256(
            json.loads(self.values),
            changed_at=instant(self.changed_at),
            changed_by=SYSTEM if self.changed_by is None else f"user/{self.changed_by}",
            reason=self.reason,
        )


@dataclass(slots=True)
class Recorded:
    """What the Kladde says: whose work it was last, and the hash of each version."""

    technicians: dict[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Recorded:
        told = cls()
        for entry in entries_of_room("cases"):
            told.hear(entry.facts)
        return told

    def hear(self, facts: Any) -> None:
        session, technician = facts.get("session"), facts.get("technician")
        if session and technician:
            self.technicians[session] = technician
        for kept in facts.get("versions", ()):
            key = kept["session"], kept["revision"]
            self.versions[key] = kept["sha256"]


def check_recorded(found: Findings) -> None:
    told = Recorded.read()
    _check_technicians(told, found)
    _check_versions(told, found)


def _check_technicians(told: Recorded, found: Findings) -> None:
    last = BEFORE_ALL
    sql = (
        "SELECT id, number, technician_id FROM cases_session WHERE id > %s"
        " ORDER BY id LIMIT %s"
    )
    while page := rows(sql, last, PAGE):
        last = page[-1][0]
        for _pk, number, technician in page:
            label = told.technicians.get(number)
            if label is not None and label != f"user/{technician}":
                sentence = _("Die Kladde nennt eine andere Person.")
                found.bad(Part.TIMES, "K5", SESSIONS, number, sentence)


def _check_versions(told: Recorded, found: Findings) -> None:
    missing = dict(told.versions)
    for version in _versions():
        promised = missing.pop((version.session, version.revision), None)
        if promised is not None and promised != version.sha256:
            sentence = _("Diese frühere Fassung ist nicht mehr die, die es gab.")
            found.bad(Part.TIMES, "T3", VERSIONS, version.pk, sentence)
    for session, revision in missing:
        sentence = _("Fassung %(revision)d von Einsatz %(session)s fehlt.")
        words = {"revision": revision, "session": session}
        found.bad(Part.TIMES, "T3", VERSIONS, "–", sentence % words)


def _versions() -> Iterator[Version]:
    sql = (
        f"SELECT v.id, s.number, v.revision, {text(VALUES)},"  # noqa: S608
        f" {instant_sql('v.changed_at')}, v.changed_by_id, v.reason"
        " FROM cases_sessionversion v JOIN cases_session s ON s.id = v.session_id"
        " WHERE v.id > %s ORDER BY v.id LIMIT %s"
    )
    last = BEFORE_ALL
    while page := rows(sql, last, PAGE):
        last = page[-1][0]
        yield from (Version(*row) for row in page)
