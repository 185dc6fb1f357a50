"""Why a backup is not put back, each in one sentence."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class NotRestored(Refusal):
    """Nothing was put back; the sentence says why, and what to do."""


@contextmanager
def plain_refusals(folder: Path) -> Iterator[None]:
    """Say in one sentence what the disk or the database did not bear."""
    try:
        yield
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            sentence = _("Nicht zurückgespielt: Der Platz in %(folder)s reicht nicht.")
            raise NotRestored(sentence % {"folder": folder}) from fault
        sentence = _("Nicht zurückgespielt: %(why)s.")
        raise NotRestored(sentence % {"why": fault}) from fault
    except DatabaseError as fault:
        sentence = _("Nicht zurückgespielt, die Datenbank sagt: %(why)s")
        raise NotRestored(sentence % {"why": str(fault).splitlines()[0]}) from fault
