"""Forms of what stands around a case: urgency, tags, links, merging and splitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fernkladde.cases.models import LinkKind, Priority

from .fields import text_field
from .rearranging import case_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fernkladde.cases.models import Note, Session

CHOSEN = ((LinkKind.RELATES, _("gehört zu")), (LinkKind.DUPLICATE, _("doppelt von")),
          (LinkKind.FOLLOWS, _("folgt auf")))  # fmt: skip


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(
        label=_("Dringlichkeit"), choices=Priority.choices, coerce=int
    )
    reason = text_field(_("Grund"), 200)


class TagsForm(forms.Form):
    words = text_field(
        _("Schlagwörter"),
        400,
        help_text=_("Durch Komma getrennt, zum Beispiel SPS, Anlauf."),
    )

    def chosen(self) -> list[str]:
        return [word for word in self.cleaned_data["words"].split(",") if word.strip()]


class LinkForm(forms.Form):
    kind = forms.ChoiceField(label=_("Dieser Fall"), choices=CHOSEN)
    other = case_field(_("Fall"))


class MergeForm(forms.Form):
    into = case_field(
        _("Aufgehen in Fall"),
        help_text=_(
            "Einsätze, Notizen, Zustimmungen und Dateien ziehen um; Abgerechnetes"
            " bleibt. Der Takt eines Falls zählt dann gemeinsam."
        ),
    )
    reason = text_field(_("Grund"), 200, required=True)


class SplitCaseForm(forms.Form):
    """What becomes a case of its own."""

    subject = text_field(_("Betreff des neuen Falls"), 200, required=True)
    sessions = forms.MultipleChoiceField(
        label=_("Einsätze"), required=False, widget=forms.CheckboxSelectMultiple
    )
    notes = forms.MultipleChoiceField(
        label=_("Notizen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = text_field(_("Grund"), 200, required=True)

    def __init__(
        self,
        *args: Any,
        sessions: Iterable[tuple[Session, str]],
        notes: Iterable[tuple[Note, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sessions = {session.number: session for session, _words in sessions}
        self._notes = {str(note.pk): note for note, _words in notes}
        self.fields["sessions"].choices = [  # type: ignore[attr-defined]
            (session.number, words) for session, words in sessions
        ]
        self.fields["notes"].choices = [  # type: ignore[attr-defined]
            (str(note.pk), words) for note, words in notes
        ]
        for name in ("sessions", "notes"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    def chosen_sessions(self) -> list[Session]:
        return [self._sessions[key] for key in self.cleaned_data.get("sessions", ())]

    def chosen_notes(self) -> list[Note]:
        return [self._notes[key] for key in self.cleaned_data.get("notes", ())]
