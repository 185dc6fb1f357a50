"""Make the demo company: found it, then live through its months."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from fernkladde.billing.period import Month

from .note_book import take_over_note_book
from .people import found_company
from .story import ZONE, Story

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

MONTHS = 24


def build_demo_company(
    *,
    now: datetime,
    months: int = MONTHS,
    told: Callable[[str], None] = lambda text: None,
) -> Story:
    """Build everything in one transaction: a broken demo leaves nothing behind.

    `months` are closed before the one that is ready to be closed.
    """
    today = now.astimezone(ZONE).date()
    first = Month.of(today).previous
    for _ in range(months):
        first = first.previous
    with transaction.atomic():
        opened_on = first.first - timedelta(days=1)
        cast = found_company(opened_on=opened_on, today=today)
        take_over_note_book(plants=cast.plants, before=opened_on, now=now)
        story = Story(cast=cast, now=now, told=told)
        story.tell(months)
    return story
