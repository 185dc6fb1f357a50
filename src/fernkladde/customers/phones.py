"""Telephone numbers in E.164 form, so that a ringing number finds its owner."""

from __future__ import annotations

import phonenumbers
from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

HOME = "DE"
# With fewer digits there is an area code and nobody in it.
FEWEST_DIGITS = 5


class ImpossibleNumber(Refusal):
    """No telephone has such a number."""

    def __init__(self, text: str, *, field: str = "phone") -> None:
        sentence = _(
            "„%(text)s“ kann keine Rufnummer sein. Bitte mit Vorwahl eingeben,"
            " zum Beispiel 0711 12345 oder +49 711 12345."
        )
        super().__init__(sentence % {"text": text}, field=field)


def e164(text: str, *, country: str = HOME, field: str = "phone") -> str:
    """Return the number as "+4971112345"; without a prefix it is the country's.

    Nothing stays nothing. Whether somebody answers there is not asked.
    """
    text = text.strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise ImpossibleNumber(text, field=field) from None
    digits = phonenumbers.national_significant_number(number)
    if len(digits) < FEWEST_DIGITS or not phonenumbers.is_possible_number(number):
        raise ImpossibleNumber(text, field=field)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def readable(number: str, *, country: str = HOME) -> str:
    """Return an E.164 number as people write it: abroad with "+", at home without."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.region_code_for_number(parsed) == country
    form = phonenumbers.PhoneNumberFormat
    style = form.NATIONAL if home else form.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, style))
