"""The addresses of the place "Einstellungen"."""

from __future__ import annotations

from django.urls import path

from . import firm, people

urlpatterns = [
    path("settings/", firm.settings, name="settings"),
    path("settings/policy/", firm.settings_policy, name="settings-policy"),
    path("settings/days/", firm.settings_days, name="settings-days"),
    path("settings/days/holidays/", firm.settings_holidays, name="settings-holidays"),
    path(
        "settings/days/<str:day>/remove/",
        firm.settings_day_remove,
        name="settings-day-remove",
    ),
    path("settings/people/", people.people, name="settings-people"),
    path("settings/people/new/", people.person_new, name="settings-person-new"),
    path("settings/people/<str:username>/", people.person, name="settings-person"),
    path(
        "settings/people/<str:username>/password/",
        people.person_password,
        name="settings-person-password",
    ),
    path(
        "settings/people/<str:username>/active/",
        people.person_active,
        name="settings-person-active",
    ),
]
