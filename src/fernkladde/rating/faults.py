"""What is wrong with a scenario, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a JSON path such as `$.sessions[3].end`, and a sentence."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class Refused(Exception):
    """The scenario gives no result; every fault is named."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class InvalidScenario(Refused):
    """The document breaks the form or contradicts itself."""


class CannotRate(Refused):
    """The scenario is valid, but there is no version or no single price."""
