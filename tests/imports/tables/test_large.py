"""Many rows in little memory: read, judged and taken in a process with a limit."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from .books import MAIN, by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Writer = Callable[[Path, int], None]

pytestmark = pytest.mark.slow

HEAD = ("Datum", "Uhrzeit", "Kunde", "Minuten", "Techniker", "Was")
# Python, Django and the rooms take about 90 MB before a row is read.
MOST_MEGABYTES = 150
ADDRESS_SPACE = 1024 * 1024 * 1024

# Not the rusage of the process: that knows also what it was forked from.
MEASURE = """
import re
from pathlib import Path

def most_memory():
    told = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", told)[1]) // 1024
"""
READ = """
import sys
import django
django.setup()
from fernkladde.imports.tables.batches import open_table
from fernkladde.imports.tables.columns import recognized
from fernkladde.imports.tables.fields import given
from fernkladde.imports.tables.kinds import KINDS

kind = KINDS["history"]
with open(sys.argv[1], "rb") as file:
    table = open_table(kind, file)
    columns = recognized(kind.fields, table.headings)
    count = sum(
        not given(row, kind.fields, columns, table.headings).faults
        for row in table.rows()
    )
print(count, most_memory())
"""
COMMAND = """
import sys
from fernkladde.commands.main import main

status = main(sys.argv[1:])
print(status, most_memory())
"""


def rows(count: int) -> Iterator[tuple[str, ...]]:
    for n in range(count):
        day, minute = n // 1440, n % 1440
        yield (
            f"{day % 28 + 1:02}.{day // 28 % 12 + 1:02}.{2000 + day // 336 % 25}",
            f"{minute // 60:02}:{minute % 60:02}",
            "1",
            str(n % 240 + 1),
            f"Team {n % 20}",
            f"Störung {n} quittiert",
        )


def as_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(";".join(HEAD) + "\r\n")
        file.writelines(";".join(row) + "\r\n" for row in rows(count))


def as_workbook(path: Path, count: int) -> None:
    """Write it as Excel does: notes in a part of their own, all of them different."""
    path.write_bytes(by_hand(""))
    with zipfile.ZipFile(path) as empty:
        kept = {n: empty.read(n) for n in empty.namelist() if "sheet1" not in n}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, body in kept.items():
            made.writestr(name, body)
        with made.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<sst xmlns="{MAIN}">'.encode())
            for *_cells, note in with_head(count):
                part.write(f"<si><t>{note}</t></si>".encode())
            part.write(b"</sst>")
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for place, (*cells, _note) in enumerate(with_head(count)):
                told = "".join(f'<c t="str"><v>{cell}</v></c>' for cell in cells)
                note = f'<c t="s"><v>{place}</v></c>'
                part.write(f'<row r="{place + 1}">{told}{note}</row>'.encode())
            part.write(b"</sheetData></worksheet>")


def with_head(count: int) -> Iterator[tuple[str, ...]]:
    yield HEAD
    yield from rows(count)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def run(program: str, *words: object, **environment: str) -> list[str]:
    """Run a program with a limit of memory; return the last words it printed."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE + program, *map(str, words)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_fifty_thousand_rows_take_no_more_memory_than_a_few(
    tmp_path: Path, write: Writer
) -> None:
    path = tmp_path / "table"
    write(path, 50_000)

    [said] = run(READ, path, DJANGO_SETTINGS_MODULE="tests.settings")

    count, megabytes = map(int, said.split())
    assert count == 50_000
    assert megabytes < MOST_MEGABYTES


@pytest.mark.long
@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_million_rows_are_judged_and_taken_in_the_same_memory(
    tmp_path: Path, write: Writer
) -> None:
    """The whole command, into a new SQLite, and once more: then all is the same."""
    path, customers = tmp_path / "table", tmp_path / "customers.csv"
    write(path, 1_000_000)
    customers.write_text("Nr.;Name\n1;Müller\n")
    here = {"FERNKLADDE_DATA": str(tmp_path / "data"), "FERNKLADDE_DATABASE_URL": ""}
    run(COMMAND, "import", "customers", customers, **here)

    taken = run(COMMAND, "import", "history", path, **here)
    again = run(COMMAND, "import", "history", path, "--dry-run", **here)

    assert re.match(r"Übernommen \(Nr\. \d+\): 1000000 neu, 0 geändert", taken[-2])
    assert ": 0 neu, 0 geändert, 1000000 unverändert" in again[-2]
    for said in (taken[-1], again[-1]):
        status, megabytes = map(int, said.split())
        print(f"a million rows, {write.__name__}: {megabytes} MB")  # noqa: T201
        assert status == 0
        assert megabytes < MOST_MEGABYTES
