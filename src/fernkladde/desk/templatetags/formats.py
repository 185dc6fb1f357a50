"""Numbers, money, spans of time and dates as people write them, by language.

A value that is not known (None, or a variable that is not there) shows as a dash.
Floats are refused: money and minutes are exact everywhere in the product.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django import template
from django.utils import timezone
from django.utils.translation import get_language

register = template.Library()

UNKNOWN = "–"
SPACE = "\N{NO-BREAK SPACE}"
# Days and amounts that a process keeps as written: lists show the same ones again.
MANY = 4096

Number = Decimal | int | str | None
Span = timedelta | Decimal | int | str | None


@lru_cache
def _named(language: str) -> Locale:
    # English here is read in Europe: 3 Mar 2026 and 14:10, not 3/3/26 and 2:10 PM.
    return Locale.parse("en_GB" if language.startswith("en") else "de")


def _locale() -> Locale:
    return _named(get_language() or "de")


def _exact(value: Decimal | int | str) -> Decimal:
    if isinstance(value, float):
        message = f"{value} is a float; exact figures are Decimal or int."
        raise TypeError(message)
    return Decimal(value)


def _seconds(span: timedelta | Decimal | int | str) -> int:
    if isinstance(span, timedelta):
        return int(span.total_seconds())
    return int(_exact(span))


def _whole_minutes(span: timedelta | Decimal | int | str) -> int:
    """Drop the seconds of a started minute, on both sides of zero."""
    seconds = _seconds(span)
    return seconds // 60 if seconds >= 0 else -(-seconds // 60)


def _signed(text: str, *, negative: bool) -> str:
    return f"-{text}" if negative else text


@register.filter
def money(value: Number, currency: str = "EUR") -> str:
    """Write an amount with its two decimals: "1.234,56 €"."""
    if value is None or value == "":
        return UNKNOWN
    cents = _exact(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    # Nothing is nothing: Decimal has a zero below zero, equal to the other one.
    return _money(cents + 0, currency or "EUR", get_language() or "de")


@lru_cache(maxsize=MANY)
def _money(cents: Decimal, currency: str, language: str) -> str:
    return str(format_currency(cents, currency, locale=_named(language)))


@register.filter
def price(value: Number, currency: str = "EUR") -> str:
    """Write a unit price with two to four decimals: "28,00 €", "0,0275 €"."""
    if value is None or value == "":
        return UNKNOWN
    pattern = _locale().currency_formats["standard"].pattern.replace("0.00", "0.00##")
    exact = _exact(value).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return str(
        format_currency(
            exact, currency or "EUR", pattern, locale=_locale(), currency_digits=False
        )
    )


@register.filter
def quantity(value: Number, unit: str = "") -> str:
    """Write a number without idle zeros, at most four decimals: "22,5 min"."""
    if value is None or value == "":
        return UNKNOWN
    exact = _exact(value).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    figure = str(format_decimal(exact, "#,##0.####", locale=_locale()))
    return f"{figure}{SPACE}{unit}" if unit else figure


@register.filter
def percent(value: Number) -> str:
    """Write a number of percent, 19 as "19 %": no fraction of one is meant."""
    if value is None or value == "":
        return UNKNOWN
    space = "" if _locale().language == "en" else SPACE
    return f"{quantity(value)}{space}%"


@register.filter
def minutes(span: Span) -> str:
    """Write seconds as whole minutes that have passed: 1,024 s are "17 min"."""
    if span is None or span == "":
        return UNKNOWN
    return f"{_whole_minutes(span)}{SPACE}min"


@register.filter
def hours(span: Span) -> str:
    """Write seconds as hours and whole minutes: "0:45 h"."""
    if span is None or span == "":
        return UNKNOWN
    whole = _whole_minutes(span)
    hour, minute = divmod(abs(whole), 60)
    return f"{_signed(f'{hour}:{minute:02}', negative=whole < 0)}{SPACE}h"


@register.filter
def in_hours(value: Number) -> str:
    """Write *minutes* as hours: 100 as "1:40 h"; parts of a minute as "1:40,5 h"."""
    if value is None or value == "":
        return UNKNOWN
    exact = _exact(value)
    hour, minute = divmod(abs(exact), 60)
    decimals = str(format_decimal(minute, "00.##", locale=_locale()))
    return f"{_signed(f'{hour}:{decimals}', negative=exact < 0)}{SPACE}h"


@register.filter
def clock(span: Span) -> str:
    """Write seconds as a clock shows them: "00:22:42"."""
    if span is None or span == "":
        return UNKNOWN
    seconds = _seconds(span)
    minute, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minute, 60)
    return _signed(f"{hour:02}:{minute:02}:{second:02}", negative=seconds < 0)


DAYS = {
    ("de", "short"): "dd.MM.yyyy",
    ("de", "weekday"): "EEE dd.MM.yyyy",
    ("de", "long"): "EEEE, d. MMMM yyyy",
    ("de", "month"): "LLLL yyyy",
    ("en", "short"): "d MMM yyyy",
    ("en", "weekday"): "EEE d MMM yyyy",
    ("en", "long"): "EEEE, d MMMM yyyy",
    ("en", "month"): "LLLL yyyy",
}


@register.filter
def day(value: date | None, style: str = "short") -> str:
    """Write a day: "03.03.2026"; also "weekday", "long" and "month".

    An instant is shown on the day it has in the firm's zone.
    """
    if not isinstance(value, date):
        return UNKNOWN
    if isinstance(value, datetime):
        here = timezone.localtime(value) if timezone.is_aware(value) else value
        value = here.date()
    return _day(value, style, get_language() or "de")


@lru_cache(maxsize=MANY)
def _day(value: date, style: str, language: str) -> str:
    locale = _named(language)
    written = str(format_date(value, DAYS[locale.language, style], locale=locale))
    # "Di", not "Di.": the day's name stands before a figure in narrow columns.
    return written.replace(". ", " ", 1) if style == "weekday" else written


@register.filter
def at(value: datetime | None, style: str = "") -> str:
    """Write an instant in the firm's zone: "03.03.2026 14:10".

    Styles: "time" (14:10), "seconds" (14:10:05), "weekday" (Di 03.03.2026 14:10).
    """
    if not isinstance(value, datetime):
        return UNKNOWN
    local = timezone.localtime(value)
    time = f"{local.hour:02}:{local.minute:02}"
    if style == "seconds":
        return f"{time}:{local.second:02}"
    if style == "time":
        return time
    return f"{day(local, style or 'short')} {time}"
