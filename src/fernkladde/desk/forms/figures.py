"""Figures, spans and times of day: read as people here write them, written so too.

Each refusal quotes what was typed and shows how it should look. What cannot be read
is written as it was typed.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

PLAIN = re.compile(r"-?\d+(\.\d+)?")
THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
AMBIGUOUS = re.compile(r"-?\d{1,3}\.\d{3}")
SPAN = re.compile(r"(\d+)(?::([0-5]\d))?")
CLOCK = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)|24:?00|([01]?\d|2[0-4])")
LARGEST = Decimal(10) ** 9


def read_number(text: str) -> Decimal | None:
    """Read "28,00", "28.00" and "1.234,56"; None for what is no number."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").removesuffix("€")
    plain = plain.removesuffix("%").replace("−", "-")
    if THOUSANDS.fullmatch(plain) and "," in plain:
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    try:
        return Decimal(plain) if PLAIN.fullmatch(plain) else None
    except InvalidOperation:
        return None


def write_number(value: object) -> str:
    """Write a number for its field: the language's comma, no idle zeros."""
    if value in (None, ""):
        return ""
    number = read_number(str(value))
    if number is None:
        return str(value)
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if get_language() == "en" else text.replace(".", ",")


def write_money(value: object) -> str:
    """Write a price with at least its two decimals: 28 as "28,00"."""
    text = write_number(value)
    if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return text
    mark = "." if get_language() == "en" else ","
    whole, _mark, decimals = text.partition(mark)
    return f"{whole}{mark}{decimals:0<2}"


def within(number: Decimal, text: str, least: Decimal | None) -> Decimal:
    if least is not None and number < least:
        raise ValidationError(
            _("%(typed)s ist zu wenig, mindestens %(least)s.")
            % {"typed": text, "least": write_number(least)}
        )
    if abs(number) > LARGEST:
        raise ValidationError(_("%(typed)s ist zu viel.") % {"typed": text})
    return number


def read_span(text: str) -> int:
    plain = text.lower().removesuffix("std.").removesuffix("h").strip()
    if found := SPAN.fullmatch(plain):
        minutes = int(found[1]) * 60 + int(found[2] or 0)
    else:
        hours = read_number(plain)
        if hours is None or hours < 0 or (hours * 60) % 1:
            raise ValidationError(
                _(
                    "„%(typed)s“ ist keine Dauer. Schreiben Sie Stunden, zum Beispiel"
                    " 10 oder 7:30."
                )
                % {"typed": text}
            )
        minutes = int(hours * 60)
    return int(within(Decimal(minutes), text, Decimal(0)))


def write_span(value: object) -> str:
    if isinstance(value, str):
        return value
    hours, minutes = divmod(int(str(value)), 60)
    return f"{hours}:{minutes:02}"


def read_clock(text: str) -> str:
    """Return "08:00" for "8:00", "800" and "8"."""
    found = CLOCK.fullmatch(text.removesuffix("Uhr").strip().replace(".", ":"))
    if found is None:
        raise ValidationError(
            _(
                "„%(typed)s“ ist keine Uhrzeit. Schreiben Sie 08:00, oder 24:00 für"
                " das Ende des Tages."
            )
            % {"typed": text}
        )
    if found[2] is None:
        return f"{int(found[3] or 24):02}:00"
    return f"{int(found[1]):02}:{found[2]}"
