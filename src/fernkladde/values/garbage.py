"""Pausing the search for unreachable cycles while much is made that lives on."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def no_garbage() -> Iterator[None]:
    """Do not look for cycles meanwhile.

    For work that makes none: what it makes lives until the end, and looking through
    it again and again takes longer than the work itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                # Both together move all that is new among the old, unlooked at.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
