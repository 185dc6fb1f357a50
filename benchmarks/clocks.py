"""Two clocks beside each other: on the wall, and of the processor."""

from __future__ import annotations

from statistics import median, quantiles
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Times = list[tuple[float, float]]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of one run by both clocks."""
    begun, used = perf_counter(), process_time()
    work()
    return (perf_counter() - begun) * 1000, (process_time() - used) * 1000


def summary(times: Iterable[tuple[float, float]]) -> dict[str, float]:
    """Return median and 95th percentile by the wall, and the processor's median."""
    wall, processor = zip(*times, strict=True)
    return {
        "p50_ms": round(median(wall), 2),
        "p95_ms": round(quantiles(wall, n=20)[-1], 2),
        "cpu_ms": round(median(processor), 2),
    }
