"""The whole check of the house, as `./fernkladde test` runs it.

Lint, types and layers first; then the tests on SQLite and, for what touches a
database, on PostgreSQL. What cannot be set up fails in CI and is a loud skip
elsewhere.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
IN_CI = bool(os.environ.get("CI"))

HOUSE: list[tuple[str, list[object]]] = [
    ("ruff", [BIN / "ruff", "check", "--no-cache", "."]),
    ("format", [BIN / "ruff", "format", "--no-cache", "--check", "."]),
    ("layers", [BIN / "lint-imports", "--no-cache"]),
    ("types", [BIN / "mypy"]),
]


def say(text: str) -> None:
    print(f"── {text}", flush=True)  # noqa: T201


def run(name: str, command: list[object], **environment: str) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    result = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
    say(f"{name}: {result}, {time.monotonic() - started:.0f} s")
    return done.returncode == 0


def missing(what: str, why: str) -> bool:
    """Report what could not be set up; only outside CI may the rest stand alone."""
    say(f"NOT TESTED: {what}: {why}")
    return not IN_CI


def templates() -> list[str]:
    return [str(path) for path in (ROOT / "src").rglob("*.html")]


def check_house() -> bool:
    djade: list[object] = [
        BIN / "djade",
        "--target-version",
        "5.2",
        "--check",
        *templates(),
    ]
    migrations: list[object] = [
        sys.executable,
        "-m",
        "django",
        "makemigrations",
        "--check",
    ]
    steps = [run(name, command) for name, command in HOUSE]
    steps.append(run("templates", list(djade)))
    steps.append(run("migrations", migrations, DJANGO_SETTINGS_MODULE="tests.settings"))
    return all(steps)


def set_up_chromium() -> bool:
    """Install the system's Chromium where that is possible and it is missing."""
    if shutil.which("chromium"):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for command in (
        ["update"],
        ["install", "-y", "--no-install-recommends", "chromium"],
    ):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            ["apt-get", "-qq", *command], env=environment, check=False, **quiet
        )  # type: ignore[call-overload]
    return bool(shutil.which("chromium"))


# Where the two databases differ most; the rest of the suite follows without --quick.
QUICK_ON_POSTGRES = ["tests/billing", "tests/cases", "tests/faults"]

# A full disk below PostgreSQL stops what all others do on that server.
ALONE: list[object] = [
    *(sys.executable, "-m", "pytest", "-q", "-m", "long or not long"),
    "tests/faults/test_disk.py",
]


def pytest(selection: str, *, chromium: bool, workers: int) -> list[object]:
    without_browser = "" if chromium else " and not browser"
    parallel = ["-n", workers, "--dist", "loadgroup"]
    marks = f"({selection}){without_browser}"
    return [sys.executable, "-m", "pytest", "-q", *parallel, "-m", marks]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./fernkladde test", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the part under 90 s")
    parser.add_argument("--all", action="store_true", help="also what takes long")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    selection = "not long"
    if options.quick:
        selection = "not long and not slow and not browser"
    if options.all:
        selection = "long or not long"
        os.environ["FERNKLADDE_TEST_PROFILE"] = "search"
    results = [check_house()]
    chromium = options.quick or set_up_chromium()
    if not chromium:
        results.append(missing("pages in a browser", "Chromium is not installed"))
    command = pytest(selection, chromium=chromium, workers=options.workers)
    results.append(run("tests on SQLite", command))
    try:
        with postgres.server() as url:
            there = [*command, *(QUICK_ON_POSTGRES if options.quick else ())]
            results.append(
                run("tests on PostgreSQL", there, FERNKLADDE_DATABASE_URL=url)
            )
        if options.all:
            with postgres.server() as url:
                results.append(run("a full disk", ALONE, FERNKLADDE_DATABASE_URL=url))
    except postgres.NoServer as error:
        results.append(missing("PostgreSQL", str(error)))
    say("all well" if all(results) else "something failed, see above")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
