"""Dates that Django itself writes and reads, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

from fernkladde.desk.forms.fields import day_field

AT = datetime(2026, 12, 2, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "short", "with_time"),
    [
        ("de", "02.12.2026", "02.12.2026 14:05"),
        ("en", "2 Dec 2026", "2 Dec 2026 14:05"),
    ],
)
def test_no_day_can_be_read_as_a_month(
    language: str, short: str, with_time: str
) -> None:
    with translation.override(language):
        assert date_format(AT, "SHORT_DATE_FORMAT") == short
        assert date_format(AT, "SHORT_DATETIME_FORMAT") == with_time


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("typed", ["31.12.2026", "2026-12-31"])
def test_both_ways_to_type_a_day_work_in_both_languages(
    language: str, typed: str
) -> None:
    with translation.override(language):
        assert day_field("x").clean(typed) == date(2026, 12, 31)
