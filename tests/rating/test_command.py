"""`fernkladde rate FILE.json`, and the command that finds its sub-commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fernkladde.commands import main as command
from fernkladde.commands.main import main

from . import make

SOURCE = Path(__file__).parents[2] / "src"


def scenario_file(tmp_path: Path, **keys: object) -> Path:
    file = tmp_path / "month.json"
    doc = make.scenario(make.session("09:00", "09:10"), **keys)  # type: ignore[arg-type]
    file.write_text(json.dumps(doc), encoding="utf-8")
    return file


def run(*arguments: str | Path, module: str = "fernkladde") -> tuple[int, str, str]:
    """Run the command in a process of its own, in a terminal that knows no umlaut."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "ascii"},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("module", ["fernkladde", "fernkladde.commands.main"])
def test_rate_prints_the_result_as_json(tmp_path: Path, module: str) -> None:
    customers = [{"id": "Müller"}]
    file = scenario_file(
        tmp_path, customers=customers, cases=[make.case(customer="Müller")]
    )

    status, out, err = run("rate", file, module=module)

    assert (status, err) == (0, "")
    assert json.loads(out)["totals"] == {"Müller": "30.00"}
    assert "Müller" in out


def test_rate_names_each_fault_on_a_line_of_its_own(tmp_path: Path) -> None:
    file = scenario_file(tmp_path, timezone="Bärlin\u2028", customers=[])

    status, out, err = run("rate", file)

    assert (status, out) == (2, "")
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "$.timezone",
        "$.cases[0].customer",
    ]


def test_rate_stops_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    names = [f"F{n}" for n in range(500)]
    sessions = [make.session("09:00", "09:10", case=name) for name in names]
    file = tmp_path / "large.json"
    cases = [make.case(name) for name in names]
    file.write_text(json.dumps(make.scenario(*sessions, cases=cases)))

    with subprocess.Popen(
        [sys.executable, "-m", "fernkladde", "rate", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(SOURCE)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        told = process.stderr.read()

    assert (process.returncode, told) == (1, b"")


def test_rate_says_that_a_file_is_not_there() -> None:
    status, out, err = run("rate", "nowhere.json")

    assert (status, out) == (2, "")
    assert err == "$: 'nowhere.json' cannot be read: No such file or directory\n"


def test_rate_needs_no_django(tmp_path: Path) -> None:
    code = (
        "import sys; from fernkladde.commands.main import main;"
        f"status = main(['rate', {str(scenario_file(tmp_path))!r}]);"
        "sys.exit(status or 'django' in sys.modules or 'jsonschema' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_an_unknown_command_is_answered_by_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["rat"])

    told = capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert told.err.startswith("fernkladde: there is no command 'rat'; choose from ")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_the_overview_lists_every_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(arguments)

    out = capsys.readouterr().out
    assert status == 0
    assert all(f"  {name} " in out for name in command.COMMANDS)


@pytest.mark.parametrize("name", list(command.COMMANDS))
def test_each_command_tells_how_it_is_used_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])

    out = capsys.readouterr().out
    assert end.value.code == 0
    assert f"usage: fernkladde {name}" in out
    assert f"example:\n  fernkladde {name}" in out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fernkladde 0.")
