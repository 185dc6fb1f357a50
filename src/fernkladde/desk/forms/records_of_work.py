"""Forms of what was done at a plant, of files, and of texts used again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import CaseTemplate, Cause, Priority, WorkReport

from .fields import MISSING, long_text_field, text_field

PEOPLE = "people-at-customer"
REPORTED = (
    "requested_by", "released_by", "closed_by", "tools", "changes",
    "program_before", "program_after",
)  # fmt: skip


class ReportForm(forms.Form):
    """What a session did, on whose request, and who opened and closed the access."""

    requested_by = text_field(_("Veranlasst von"), 120, list="people-at-customer")
    released_by = text_field(
        _("Zugang freigegeben von"), 120, list="people-at-customer"
    )
    closed_by = text_field(_("Zugang geschlossen von"), 120, list="people-at-customer")
    tools = text_field(_("Werkzeuge"), 200, help_text=_("Zum Beispiel TIA Portal V18."))
    changes = long_text_field(_("Änderungen an der Anlage"), rows=5)
    program_before = text_field(_("Programmstand vorher"), 120)
    program_after = text_field(_("Programmstand nachher"), 120)
    no_secret = forms.BooleanField(
        label=_("Es ist kein Passwort und kein Schlüssel"), required=False
    )

    def __init__(self, *args: Any, report: WorkReport | None, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(report, name, "") for name in REPORTED}
        super().__init__(*args, **kwargs)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Datei"),
        help_text=_("Höchstens 25 MB, keine Programme."),
        error_messages={"required": MISSING, "empty": _("Die Datei ist leer.")},
    )


class TemplateForm(forms.Form):
    """How a case of a well-known kind begins."""

    name = text_field(_("Name der Vorlage"), 80, required=True)
    subject = text_field(_("Betreff"), 200, required=True)
    cause = forms.ChoiceField(label=_("Ursache"), choices=Cause.choices)
    priority = forms.TypedChoiceField(
        label=_("Dringlichkeit"),
        choices=Priority.choices,
        coerce=int,
        initial=Priority.NORMAL,
    )
    text = long_text_field(_("Erste Notiz"))


class AnswerForm(forms.Form):
    name = text_field(_("Name der Antwort"), 80, required=True)
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": MISSING},
    )


def template_choices() -> list[tuple[str, Any]]:
    names = CaseTemplate.objects.order_by("name").values_list("name", flat=True)
    return [("", _("ohne Vorlage")), *((name, name) for name in names)]


def template_named(name: object) -> CaseTemplate | None:
    return CaseTemplate.objects.filter(name=name).first() if name else None
