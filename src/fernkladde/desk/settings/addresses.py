"""The addresses of the place "Einstellungen"."""

from __future__ import annotations

from django.urls import path

from . import firm, people, rules, texts

urlpatterns = [
    path("einstellungen/", firm.settings, name="settings"),
    path("einstellungen/regeln/", firm.settings_policy, name="settings-policy"),
    path("einstellungen/uhren/", rules.settings_rules, name="settings-rules"),
    path("einstellungen/geschaeftszeit/", rules.settings_hours, name="settings-hours"),
    path("einstellungen/tage/", firm.settings_days, name="settings-days"),
    path(
        "einstellungen/tage/feiertage/",
        firm.settings_holidays,
        name="settings-holidays",
    ),
    path(
        "einstellungen/tage/<str:day>/entfernen/",
        firm.settings_day_remove,
        name="settings-day-remove",
    ),
    path("einstellungen/texte/", texts.texts, name="settings-texts"),
    path(
        "einstellungen/texte/vorlage/",
        texts.template_edit,
        name="settings-template-new",
    ),
    path(
        "einstellungen/texte/vorlage/<int:key>/",
        texts.template_edit,
        name="settings-template",
    ),
    path("einstellungen/texte/antwort/", texts.answer_edit, name="settings-answer-new"),
    path(
        "einstellungen/texte/antwort/<int:key>/",
        texts.answer_edit,
        name="settings-answer",
    ),
    path(
        "einstellungen/texte/<str:kind>/<int:key>/entfernen/",
        texts.text_remove,
        name="settings-text-remove",
    ),
    path("einstellungen/personen/", people.people, name="settings-people"),
    path("einstellungen/personen/neu/", people.person_new, name="settings-person-new"),
    path(
        "einstellungen/personen/<str:username>/", people.person, name="settings-person"
    ),
    path(
        "einstellungen/personen/<str:username>/passwort/",
        people.person_password,
        name="settings-person-password",
    ),
    path(
        "einstellungen/personen/<str:username>/zustand/",
        people.person_active,
        name="settings-person-active",
    ),
]
