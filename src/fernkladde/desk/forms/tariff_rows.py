"""The rows of a tariff version as one types them: prices, bands, fees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fernkladde.desk.words import CONNECTIONS, LABELS, SERVICES, SKILLS, WEEKDAYS, word

from .fields import (
    MISSING,
    clock_field,
    code_field,
    codes_field,
    number_field,
    text_field,
    whole_field,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EMPTY_ROWS = 1
PER = (
    ("session", _("Einsatz")),
    ("group", _("Abrechnungsgruppe")),
    ("day", _("Fall und Tag")),
    ("case", _("Fall")),
)


class QuietForm(forms.Form):
    """A form that can be shown as it was typed without a word about faults.

    Adding a row is no attempt to save: what is unfinished is not wrong yet.
    """

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    # Fields that share the cell of the one before them, to keep the table narrow.
    second: frozenset[str] = frozenset()

    def cells(self) -> list[list[Any]]:
        """Return the row's fields cell by cell."""
        cells: list[list[Any]] = []
        for field in self.visible_fields():
            if field.name in self.second:
                cells[-1].append(field)
            else:
                cells.append([field])
        return cells

    def full_clean(self) -> None:
        if self.quiet:
            self._errors = ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()


class PriceRowForm(QuietForm):
    second = frozenset(("first_price", "free_mode"))
    service = code_field(_("Leistungsart"), SERVICES, widget_id="services")
    skill = code_field(_("Qualifikation"), SKILLS, widget_id="skills")
    price = number_field(_("Preis"), money=True, required=True)
    per_minutes = whole_field(_("je Minuten"), least=1, required=True)
    next_minutes = whole_field(_("Takt"), least=1)
    first_minutes = whole_field(_("Mindestzeit"), least=1)
    first_price = number_field(_("ihr Preis"), money=True)
    tolerance_minutes = whole_field(_("Toleranz"))
    free_minutes = whole_field(_("Freiminuten"))
    free_mode = forms.ChoiceField(
        label=_("werden"),
        required=False,
        initial="deduct",
        choices=[
            ("deduct", _("abgezogen")),
            ("cliff", _("nur bis dahin frei")),
        ],
    )

    def document(self) -> dict[str, Any]:
        """Return the row in the engine's words; what is empty is left out."""
        given = filled(self.cleaned_data)
        if "free_minutes" not in given:
            given.pop("free_mode", None)
        return as_document(given)


class BandForm(QuietForm):
    second = frozenset(("until", "price"))
    name = text_field(_("Name"), 60, required=True)
    days = forms.MultipleChoiceField(
        label=_("Tage"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Welche Tage? Mindestens einen ankreuzen.")},
    )
    from_time = clock_field(_("von"))
    until = clock_field(_("bis"))
    percent = number_field(_("Zuschlag in %"), least=-100)
    price = number_field(_("oder Preis"), money=True)
    services = codes_field(_("nur für"), SERVICES)
    minimum_minutes = whole_field(_("Mindestzeit"), least=1)

    def __init__(self, *args: Any, labels: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        days.choices = [
            *WEEKDAYS.items(),
            *((label, word(label, LABELS)) for label in labels),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        percent, price = given.get("percent"), given.get("price")
        faulty = {"percent", "price"} & self.errors.keys()
        if percent is None and price is None and not faulty:
            self.add_error("percent", gettext("Zuschlag oder Preis eintragen."))
        if percent is not None and price is not None:
            self.add_error(
                "price", gettext("Entweder Zuschlag oder Preis, nicht beides.")
            )
        return given

    def document(self) -> dict[str, Any]:
        given = filled(self.cleaned_data)
        given["from"] = given.pop("from_time")
        return as_document(given)


class FeeForm(QuietForm):
    name = text_field(_("Name"), 100, required=True)
    amount = number_field(_("Betrag"), money=True, required=True)
    per = forms.ChoiceField(
        label=_("je"),
        initial="session",
        error_messages={"required": MISSING},
        choices=PER,
    )
    connections = codes_field(_("nur bei Verbindung"), CONNECTIONS)
    services = codes_field(_("nur für Leistungsart"), SERVICES)

    def document(self) -> dict[str, Any]:
        return as_document(filled(self.cleaned_data))


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    empty: tuple[object, ...] = (None, "", [])
    return {
        name: value
        for name, value in values.items()
        if value not in empty and name != "DELETE"
    }


def as_document(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write decimals as text: a document never holds a binary number."""
    return {
        name: value if isinstance(value, int | list | bool) else str(value)
        for name, value in values.items()
    }


if TYPE_CHECKING:
    Rows = BaseFormSet[Any]
else:
    Rows = BaseFormSet


class RowSet(Rows):
    """A table of rows with an empty one at its end.

    A row counts if anything stands in it: whoever empties a row removes it.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    quiet = False

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        kwargs["quiet"] = self.quiet
        if not self.is_bound and index is not None and index < len(self.rows):
            kwargs["initial"] = self.rows[index]
        return kwargs

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("weg")

    def filled_forms(self) -> list[Any]:
        """Return the forms that make the document, in its order."""
        return [
            form
            for form in self.forms
            if form.has_changed() and not form.cleaned_data.get("DELETE")
        ]

    def documents(self) -> list[dict[str, Any]]:
        return [form.document() for form in self.filled_forms()]


def row_set(
    form: type[QuietForm],
    prefix: str,
    *,
    data: Any = None,
    rows: Sequence[Mapping[str, Any]] = (),
    quiet: bool = False,
    **form_kwargs: Any,
) -> RowSet:
    """Make a table of typed rows, or of the rows of a document."""
    kind: Any = forms.formset_factory(
        form,
        formset=RowSet,
        extra=len(rows) + EMPTY_ROWS,
        can_delete=True,
        max_num=200,
        absolute_max=200,
    )
    kind.rows, kind.quiet = rows, quiet
    made: RowSet = kind(data, prefix=prefix, form_kwargs=form_kwargs)
    return made
