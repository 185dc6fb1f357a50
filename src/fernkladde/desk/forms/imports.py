"""Forms with which a table is given and its columns are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.imports.models import TableKind
from fernkladde.imports.tables.kinds import KINDS
from fernkladde.imports.tables.limits import MOST_BYTES

from .fields import MISSING, text_field

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from fernkladde.imports.models import Batch

NO_COLUMN = ""


class TableForm(forms.Form):
    """A table, and what it holds."""

    kind = forms.ChoiceField(
        label=_("Was steht darin?"),
        choices=TableKind.choices,
        error_messages={"required": MISSING},
    )
    file = forms.FileField(
        label=_("Datei (CSV oder XLSX)"),
        help_text=_("Höchstens 64 MB. Jede Zeile wird zuerst nur geprüft."),
        error_messages={
            "required": _("Welche Datei?"),
            "empty": _("Die Datei ist leer."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm"}),
    )
    sheet = text_field(
        _("Tabellenblatt"), 100, help_text=_("Nur bei XLSX; leer: das erste.")
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("Die Datei ist größer als 64 MB."))
        return file


class ColumnsForm(forms.Form):
    """The column of each field; what is not wanted stays without one."""

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        kwargs.setdefault("initial", batch.columns)
        super().__init__(*args, **kwargs)
        headings = [(str(place), name) for place, name in enumerate(batch.headings)]
        for one in KINDS[batch.kind].fields:
            self.fields[one.name] = forms.ChoiceField(
                label=one.label,
                required=one.is_needed,
                choices=[(NO_COLUMN, "–"), *headings],
                error_messages={"required": _("Ohne diese Spalte geht es nicht.")},
            )

    @property
    def columns(self) -> dict[str, int]:
        return {
            name: int(place)
            for name, place in self.cleaned_data.items()
            if place != NO_COLUMN
        }
