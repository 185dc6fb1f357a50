"""The step formula: how many steps are started (section 4)."""

from __future__ import annotations


def started_steps(worked: int, first: int, step: int, tolerance: int) -> int:
    """Count the steps begun after the first block; one second over begins one.

    All in one unit, seconds as a rule. The tolerance is granted once: it moves
    every edge, and time beyond it counts from the end of the first block.
    """
    beyond = worked - first - tolerance
    return -(-beyond // step) if beyond > 0 else 0


def stepped(worked: int, first: int, step: int, tolerance: int = 0) -> int:
    """Return what is billed of the worked time: the first block and each step."""
    return first + step * started_steps(worked, first, step, tolerance)
