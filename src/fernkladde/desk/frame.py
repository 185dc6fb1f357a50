"""What the frame of every page shows: the places and the clock.

Filled by the context processor, read by base.html and the partial of the timer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in the navigation; `key` is the letter after "g"."""

    label: str
    url: str
    icon: str
    key: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTimer:
    """The one clock that runs; `seconds` had passed when the page was made.

    `meter` holds the parts of the meter's sentence; the page joins them with a dot.
    `level` is "" or, with a `notice` in words, "near" (80 %) or "over" (used up).
    """

    number: str
    subject: str
    url: str
    customer: str
    seconds: int
    pause_url: str
    stop_url: str
    meter: tuple[str, ...] = ()
    plant: str = ""
    level: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedTimer:
    """A clock that was stopped to go on later; posting to `switch_url` takes it up."""

    number: str
    subject: str
    url: str
    seconds: int
    switch_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """The technician's clocks; `refresh_url` answers with the partial alone."""

    running: RunningTimer | None = None
    paused: tuple[PausedTimer, ...] = ()
    refresh_url: str = ""
