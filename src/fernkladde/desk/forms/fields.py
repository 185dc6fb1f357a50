"""Fields that read figures, spans and days as people here write them.

Each refusal quotes what was typed and shows how it should look.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fernkladde.desk.words import code_of, word, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django_stubs_ext import StrOrPromise

MISSING = gettext_lazy("Diese Angabe fehlt.")
# The countries customers of a German machine builder come from stand first.
NEAR = ("DE", "AT", "CH", "FR", "IT", "NL", "PL", "CZ")
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
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


class TypedField(forms.CharField):
    """A line of text that means something; how it is read and written is its own."""

    def __init__(
        self,
        *,
        read: Callable[[str], Any],
        write: Callable[[object], str] = str,
        **kwargs: Any,
    ) -> None:
        self.read = read
        self.write = write
        kwargs.setdefault("error_messages", {"required": MISSING})
        kwargs.setdefault("empty_value", None)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text is None or text == "":
            return None
        super().run_validators(text)
        return self.read(text)

    def run_validators(self, value: Any) -> None:
        """Leave the value alone: the limits are those of the text."""

    def prepare_value(self, value: Any) -> Any:
        """Show a value; `write` leaves what it cannot read as it was typed."""
        return value if value is None else self.write(value)


def _checked(number: Decimal, text: str, least: Decimal | None) -> Decimal:
    if least is not None and number < least:
        raise ValidationError(
            _("%(typed)s ist zu wenig, mindestens %(least)s.")
            % {"typed": text, "least": write_number(least)}
        )
    if abs(number) > LARGEST:
        raise ValidationError(_("%(typed)s ist zu viel.") % {"typed": text})
    return number


def number_field(
    label: StrOrPromise,
    *,
    least: int | None = 0,
    money: bool = False,
    required: bool = False,
    help_text: StrOrPromise = "",
) -> TypedField:
    """Return a field for a decimal number; `money` shows two decimals at least."""

    def read(text: str) -> Decimal:
        if AMBIGUOUS.fullmatch(text):
            raise ValidationError(
                _(
                    "„%(typed)s“ kann zweierlei heißen. Schreiben Sie %(whole)s oder"
                    " %(part)s."
                )
                % {
                    "typed": text,
                    "whole": text.replace(".", ""),
                    "part": text.replace(".", ","),
                }
            )
        number = read_number(text)
        if number is None:
            raise ValidationError(
                _("„%(typed)s“ ist keine Zahl. Schreiben Sie zum Beispiel %(sample)s.")
                % {"typed": text, "sample": write_money("28") if money else "25"}
            )
        return _checked(number, text, None if least is None else Decimal(least))

    return TypedField(
        label=label,
        read=read,
        write=write_money if money else write_number,
        required=required,
        help_text=help_text,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
    )


def whole_field(
    label: StrOrPromise,
    *,
    least: int = 0,
    required: bool = False,
    help_text: StrOrPromise = "",
) -> TypedField:
    """Return a field for a whole number: minutes, seconds, days."""

    def read(text: str) -> int:
        number = read_number(text)
        if number is None or number != number.to_integral_value():
            raise ValidationError(
                _("„%(typed)s“ ist keine ganze Zahl. Schreiben Sie zum Beispiel 15.")
                % {"typed": text}
            )
        return int(_checked(number, text, Decimal(least)))

    return TypedField(
        label=label,
        read=read,
        required=required,
        help_text=help_text,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )


def _read_span(text: str) -> int:
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
    return int(_checked(Decimal(minutes), text, Decimal(0)))


def _write_span(value: object) -> str:
    if isinstance(value, str):
        return value
    hours, minutes = divmod(int(str(value)), 60)
    return f"{hours}:{minutes:02}"


def hours_field(
    label: StrOrPromise, *, required: bool = False, help_text: StrOrPromise = ""
) -> TypedField:
    """Return a field for a span in hours; its value is whole minutes."""
    return TypedField(
        label=label,
        read=_read_span,
        write=_write_span,
        required=required,
        help_text=help_text,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "num", "placeholder": "10:00"}),
    )


def _read_clock(text: str) -> str:
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


def clock_field(label: StrOrPromise, *, required: bool = True) -> TypedField:
    """Return a field for a time of day; its value is "HH:MM", "24:00" is allowed."""
    return TypedField(
        label=label,
        read=_read_clock,
        required=required,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "num", "placeholder": "08:00"}),
    )


def code_field(
    label: StrOrPromise,
    known: Mapping[str, StrOrPromise],
    *,
    required: bool = False,
    widget_id: str = "",
    help_text: StrOrPromise = "",
) -> TypedField:
    """Return a field for one code, typed and shown as its word; offers a list."""
    attrs = {"list": widget_id} if widget_id else {}
    return TypedField(
        label=label,
        read=lambda text: code_of(text, known),
        write=lambda code: word(str(code), known),
        required=required,
        help_text=help_text,
        max_length=60,
        widget=forms.TextInput(attrs=attrs),
    )


def codes_field(
    label: StrOrPromise,
    known: Mapping[str, StrOrPromise],
    *,
    help_text: StrOrPromise = "",
) -> TypedField:
    """Return a field for several codes, parted by commas; nothing means all."""

    def read(text: str) -> list[str]:
        parts = [part.strip() for part in text.split(",")]
        return [code_of(part, known) for part in parts if part]

    return TypedField(
        label=label,
        read=read,
        write=lambda codes: _joined(codes, known),
        required=False,
        help_text=help_text,
        max_length=300,
        widget=forms.TextInput(),
    )


def _joined(codes: object, known: Mapping[str, StrOrPromise]) -> str:
    if isinstance(codes, list | tuple):
        return words(codes, known)
    return str(codes)


def day_field(
    label: StrOrPromise, *, required: bool = False, help_text: StrOrPromise = ""
) -> forms.DateField:
    """Return a field for a date; browsers show their calendar, typing works too."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": MISSING,
            "invalid": gettext_lazy("Das ist kein Datum. Schreiben Sie 31.12.2026."),
        },
    )


def text_field(
    label: StrOrPromise,
    longest: int,
    *,
    required: bool = False,
    help_text: StrOrPromise = "",
    **attrs: str,
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        error_messages={"required": MISSING},
        widget=forms.TextInput(attrs=attrs),
    )


def long_text_field(
    label: StrOrPromise, *, help_text: StrOrPromise = "", rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=10_000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def email_field(
    label: StrOrPromise, *, help_text: StrOrPromise = ""
) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        required=False,
        max_length=254,
        help_text=help_text,
        error_messages={
            "invalid": gettext_lazy(
                "Das ist keine E-Mail-Adresse. Es fehlt zum Beispiel das @."
            )
        },
    )


def countries() -> list[tuple[str, str]]:
    """List all countries by name in the language of the page, the near ones first."""
    names = Locale.parse(get_language() or "de").territories
    known = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004
    }
    near = [(code, known.pop(code)) for code in NEAR]
    return near + sorted(known.items(), key=lambda country: country[1])


def country_field(label: StrOrPromise) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=countries, initial="DE")


def country_name(code: str) -> str:
    names = Locale.parse(get_language() or "de").territories
    return str(names.get(code, code))
