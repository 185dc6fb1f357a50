"""Controls written at once are those that Django's own templates write."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from fernkladde.desk.forms.renderer import DeskRenderer

FIELDS: dict[str, forms.Field] = {
    "select": forms.ChoiceField(
        choices=[
            ("", "keine"),
            ("a&b", 'Anlage "<1>" & Co.'),
            ("Gruppe <&>", [("x", "X"), ("y", "Ypsilon")]),
        ],
        initial="a&b",
        required=False,
    ),
    "nothing_to_choose": forms.ChoiceField(choices=[]),
    "text": forms.CharField(
        max_length=40,
        initial='<script>alert("&")</script>',
        widget=forms.TextInput(attrs={"list": "some", "data-x": '"><b>'}),
    ),
    "empty": forms.CharField(required=False),
    "long": forms.CharField(initial="eins\n</textarea>", widget=forms.Textarea),
    "hidden": forms.CharField(initial="1'2", widget=forms.HiddenInput),
    "number": forms.IntegerField(initial=2026, min_value=0),
    "ticked": forms.BooleanField(initial=True, help_text="Hilfe"),
    "not_ticked": forms.BooleanField(required=False, disabled=True),
    "day": forms.DateField(widget=forms.DateInput(attrs={"type": "date"})),
    "mail": forms.EmailField(initial="a@example.org"),
    "several": forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], initial=["a", "b"]
    ),
    "radio": forms.ChoiceField(
        choices=[("a", "A & <b>"), ("Gruppe <&>", [("x", "X")])],
        initial="x",
        widget=forms.RadioSelect(attrs={"class": "row"}),
    ),
    "ticks": forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")],
        initial=["b"],
        widget=forms.CheckboxSelectMultiple,
    ),
}


class Everything(forms.Form):
    pass


Everything.base_fields.update(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("given", [None, {}, {"select": "y", "text": "&amp;"}])
def test_a_control_is_written_as_django_writes_it(
    name: str, given: dict[str, str] | None
) -> None:
    ours = Everything(given, renderer=DeskRenderer())
    theirs = Everything(given, renderer=DjangoTemplates())

    written = str(ours[name])

    assert "".join(written.split()) == "".join(str(theirs[name]).split())
