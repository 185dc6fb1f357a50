"""What a backup says of itself: where it comes from, and each file that is in it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

DATABASE = "database.sqlite3"
SECRET_KEY = "secret-key"  # noqa: S105  the name of a file
TABLES = "tables/"
DOCUMENTS = "documents/"
FLYLEAF = "FERNKLADDE"
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
SHA256 = re.compile(r"[0-9a-f]{64}")


class BackupUnusable(Refusal):
    """The file cannot be taken for a whole backup; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the backup."""

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        fits = isinstance(self.size, int) and self.size >= 0
        if not (fits and may_be_named(self.name) and SHA256.fullmatch(self.sha256)):
            raise ValueError(self.name)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns in the order of its file, and the last id it gave out."""

    name: str
    columns: tuple[str, ...]
    last_id: int | None

    def __post_init__(self) -> None:
        if not all(IDENTIFIER.fullmatch(name) for name in (self.name, *self.columns)):
            raise ValueError(self.name)
        if not isinstance(self.last_id, int | None):
            raise TypeError(self.name)

    @property
    def member(self) -> str:
        return f"{TABLES}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`sequence` and `hash` are the end of the Kladde; `key_mark` tells keys apart."""

    product: str
    engine: str
    made_at: str
    migrations: tuple[tuple[str, str], ...]
    sequence: int
    hash: str
    key_mark: str
    tables: tuple[Table, ...]
    members: tuple[Member, ...]

    @property
    def documents(self) -> dict[str, str]:
        """Return the SHA-256 of each document by its name below their folder."""
        return {
            member.name.removeprefix(DOCUMENTS): member.sha256
            for member in self.members
            if member.name.startswith(DOCUMENTS)
        }

    @property
    def has_key(self) -> bool:
        return any(member.name == SECRET_KEY for member in self.members)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        try:
            return _read(json.loads(text))
        except UNREADABLE as fault:
            sentence = _("Das Verzeichnis der Sicherung ist unlesbar (%(fault)s).")
            raise BackupUnusable(sentence % {"fault": fault}) from None


def _read(found: dict[str, Any]) -> Manifest:
    members = tuple(Member(**row) for row in found.pop("members"))
    tables = tuple(
        Table(row["name"], tuple(row["columns"]), row["last_id"])
        for row in found.pop("tables")
    )
    migrations = tuple((str(app), str(name)) for app, name in found.pop("migrations"))
    names = [member.name for member in members]
    if len(set(names)) < len(names):
        raise ValueError("twice the same name")
    texts = ("product", "engine", "made_at", "hash", "key_mark")
    if not all(isinstance(found[name], str) for name in texts):
        raise TypeError(", ".join(texts))
    return Manifest(members=members, tables=tables, migrations=migrations, **found)


def may_be_named(name: str) -> bool:
    """Tell whether a file may have this name: none leads out of its folder."""
    if name in {FLYLEAF, DATABASE, SECRET_KEY}:
        return True
    if name.startswith(TABLES):
        return bool(IDENTIFIER.fullmatch(name.removeprefix(TABLES)))
    return name.startswith(DOCUMENTS) and is_inside(name.removeprefix(DOCUMENTS))


def is_inside(name: str) -> bool:
    """Tell whether a relative path stays below its folder and is plainly written."""
    path = PurePosixPath(name)
    return (
        name.isprintable()
        and "\\" not in name
        and not path.is_absolute()
        and str(path) == name
        and not {"..", "."} & set(path.parts)
    )
