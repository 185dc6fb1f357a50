"""What is committed speaks of the product, not of the place where it was written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = ("src", "tests", "docs", "benchmarks", "requirements", ".github")
TEXTS = {
    "", ".cfg", ".css", ".csv", ".html", ".in", ".ini", ".js", ".json", ".md", ".po",
    ".py", ".sh", ".svg", ".toml", ".txt", ".typ", ".xml", ".yaml", ".yml",
}  # fmt: skip

# Put together here, so that this file is none of its own findings.
MACHINES = r"/(?:work|home|root|Users)/" + r"[a-z.]"
HOSTS = "|".join(
    re.escape(name)
    for name in ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org")
) + ("|--" + "(?:extra-)?index-url|find" + "-links")
UNFINISHED = r"\b(?:TO" + "DO|FIX" + "ME)s?\\b"


def committed() -> list[Path]:
    below = (path for top in TOP for path in (ROOT / top).rglob("*"))
    files = [*ROOT.glob("*"), *below]
    return [
        path
        for path in files
        if path.is_file()
        and path.suffix in TEXTS
        and not {"__pycache__", ".git"} & set(path.parts)
        and not any(part.endswith(".egg-info") for part in path.parts)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(MACHINES, id="a path of somebody's machine"),
        pytest.param(HOSTS, id="where packages come from"),
        pytest.param(UNFINISHED, id="something left undone"),
    ],
)
def test_no_file_names(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in committed()
        for match in re.finditer(pattern, path.read_text())
    ]

    assert found == []


def test_all_texts_are_looked_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in committed()}

    assert {"README.md", "fernkladde", "pyproject.toml", "docs/glossary.md"} <= names
    assert len(names) > 400
