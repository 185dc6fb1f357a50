"""Fields that read figures, spans and days as people here write them.

Each refusal quotes what was typed and shows how it should look.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fernkladde.desk.words import code_of, word, words

from .figures import (
    AMBIGUOUS,
    read_clock,
    read_number,
    read_span,
    within,
    write_money,
    write_number,
    write_span,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django_stubs_ext import StrOrPromise

MISSING = gettext_lazy("Diese Angabe fehlt.")


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
        return within(number, text, None if least is None else Decimal(least))

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
        return int(within(number, text, Decimal(least)))

    return TypedField(
        label=label,
        read=read,
        required=required,
        help_text=help_text,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
    )


def hours_field(
    label: StrOrPromise, *, required: bool = False, help_text: StrOrPromise = ""
) -> TypedField:
    """Return a field for a span in hours; its value is whole minutes."""
    return TypedField(
        label=label,
        read=read_span,
        write=write_span,
        required=required,
        help_text=help_text,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "num", "placeholder": "10:00"}),
    )


def clock_field(label: StrOrPromise, *, required: bool = True) -> TypedField:
    """Return a field for a time of day; its value is "HH:MM", "24:00" is allowed."""
    return TypedField(
        label=label,
        read=read_clock,
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
