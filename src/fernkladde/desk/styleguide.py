"""The living style guide: every component once, with invented content.

It reads no database, so that it looks the same everywhere and tests can scan it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fernkladde.desk.access import for_any_person
from fernkladde.desk.drawings import Stretch
from fernkladde.desk.frame import PausedTimer, RunningTimer, Timer

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

METER = (
    "17 min",
    "2. Viertelstunde, seit 2:00 min",
    "Kontingent noch 0:05 h",
    "bisher 0,00 €, ab dem nächsten Takt in 13:00 min 18,67 € netto",
)


class SampleForm(forms.Form):
    """Every kind of field once; bound to half-filled data, to show errors."""

    subject = forms.CharField(
        label=_("Betreff"), help_text=_("Was der Anrufer beobachtet, in einem Satz.")
    )
    worked_on = forms.DateField(
        label=_("Tag"), widget=forms.DateInput(attrs={"type": "date"})
    )
    minutes = forms.IntegerField(label=_("Minuten"), min_value=1)
    service = forms.ChoiceField(
        label=_("Leistungsart"),
        choices=[("remote", _("Fernwartung")), ("phone", _("Telefon"))],
    )
    cause = forms.ChoiceField(
        label=_("Ursache"),
        widget=forms.RadioSelect,
        choices=[
            ("defect", _("Mangel")),
            ("operator_error", _("Bedienfehler")),
            ("unknown", _("noch unbekannt")),
        ],
    )
    billable = forms.BooleanField(label=_("berechenbar"), required=False)
    note = forms.CharField(
        label=_("Notiz"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


def running(level: str = "", notice: str = "") -> RunningTimer:
    return RunningTimer(
        number="26-0412",
        subject="Achse X bleibt in Referenzfahrt stehen",
        url="#",
        customer="Brandl Umformtechnik",
        plant="Presse 3",
        seconds=1024,
        meter=METER,
        level=level,
        notice=notice,
        pause_url="#",
        stop_url="#",
    )


def paused() -> tuple[PausedTimer, ...]:
    return (
        PausedTimer(
            number="26-0409",
            subject="VPN-Router der Anlage nicht erreichbar",
            url="#",
            seconds=492,
            switch_url="#",
        ),
        PausedTimer(
            number="26-0405",
            subject="Sicherheits-SPS: Signatur prüfen",
            url="#",
            seconds=1860,
            switch_url="#",
        ),
    )


def timers() -> list[tuple[str, Timer]]:
    return [
        ("running", Timer(running=running(), paused=paused())),
        ("near", Timer(running=running("near", "80 % des Kontingents verbraucht"))),
        ("over", Timer(running=running("over", "Kostengrenze 150,00 € erreicht"))),
        ("paused", Timer(paused=paused())),
        ("idle", Timer()),
    ]


def week() -> list[Stretch]:
    day, evening, weekend = "Tag 28,00 €", "Abend +25 %", "Wochenende +50 %"
    weekdays = [
        stretch
        for number in range(5)
        for stretch in (
            Stretch(weekday=number, start=0, end=420, band=2, label=evening),
            Stretch(weekday=number, start=420, end=1080, band=1, label=day),
            Stretch(weekday=number, start=1080, end=1440, band=2, label=evening),
        )
    ]
    return weekdays + [
        Stretch(weekday=number, start=0, end=1440, band=4, label=weekend)
        for number in (5, 6)
    ]


def icons() -> list[str]:
    """Name every icon of the sprite, in its order."""
    sprite = Path(__file__).parent / "static" / "desk" / "icons.svg"
    return re.findall(r'<symbol id="(\w+)"', sprite.read_text())


@for_any_person
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    page = Paginator(range(1, 1743), 50).page(7)
    context = {
        "timers": timers(),
        "week": week(),
        "page": page,
        "empty_form": SampleForm(),
        "form": SampleForm({"subject": ""}, auto_id="wrong_%s"),
        "icons": icons(),
        "amounts": [Decimal("1234.5"), Decimal("-12"), Decimal("0.0275"), None],
    }
    return render(request, "desk/styleguide.html", context)


urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
