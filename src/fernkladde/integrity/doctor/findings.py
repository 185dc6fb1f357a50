"""What the doctor finds: all well, an advice, or a fault that must be mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    ADVICE = "advice"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `check` is a stable name for programs, `text` is for people."""

    check: str
    level: Level
    text: str


def ok(check: str, text: str) -> Finding:
    return Finding(check, Level.OK, text)


def advice(check: str, text: str) -> Finding:
    return Finding(check, Level.ADVICE, text)


def fault(check: str, text: str) -> Finding:
    return Finding(check, Level.FAULT, text)
