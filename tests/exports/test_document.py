"""The text of a file, and that it is whole or not there."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from fernkladde.exports.document import lines_of
from fernkladde.exports.files import whole_file
from fernkladde.values.canonical import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = {
    "timezone": "Europe/Berlin",
    "cases": [{"id": "F2", "cause": "wear"}, {"id": "Fü", "b": "1.50"}],
    "sessions": [],
    "policy": {"require_consent": True},
}


def test_keys_are_sorted_and_each_record_has_a_line() -> None:
    text = "".join(lines_of(DOCUMENT))

    assert text.splitlines() == [
        "{",
        '"cases":[',
        '{"cause":"wear","id":"F2"},',
        '{"b":"1.50","id":"Fü"}',
        "],",
        '"policy":{"require_consent":true},',
        '"sessions":[],',
        '"timezone":"Europe/Berlin"',
        "}",
    ]


def test_without_its_line_breaks_the_text_is_canonical() -> None:
    text = "".join(lines_of(DOCUMENT))

    assert json.loads(text) == DOCUMENT
    assert text.replace("\n", "") == canonical_json(DOCUMENT)
    assert "".join(lines_of(dict(reversed(DOCUMENT.items())))) == text


def test_a_file_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "october.json"

    with whole_file(path) as file:
        file.write(b"{}\n")

    assert path.read_bytes() == b"{}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_broken_off_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "october.json"
    path.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt):
        break_off(path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def break_off(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half of")
        raise KeyboardInterrupt
