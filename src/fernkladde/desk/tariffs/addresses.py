"""The addresses of the place "Tarife"; the longer ones stand first."""

from __future__ import annotations

from django.urls import path

from . import decks, editor, pages

urlpatterns = [
    path("tarife/", pages.tariff_list, name="tariff-list"),
    path("tarife/neu/", pages.tariff_new, name="tariff-new"),
    path("tarife/verbindungstarife/", decks.deck_list, name="rate-deck-list"),
    path("tarife/verbindungstarife/neu/", decks.deck_new, name="rate-deck-new"),
    path(
        "tarife/verbindungstarife/<path:code>/ersetzen/",
        decks.deck_replace,
        name="rate-deck-replace",
    ),
    path("tarife/verbindungstarife/<path:code>/", decks.deck, name="rate-deck"),
    path("tarife/<path:code>/umbenennen/", pages.tariff_rename, name="tariff-rename"),
    path(
        "tarife/<path:code>/fassungen/neu/",
        editor.version_new,
        name="tariff-version-new",
    ),
    path(
        "tarife/<path:code>/fassungen/beispiel/",
        editor.version_example,
        name="tariff-version-example",
    ),
    path(
        "tarife/<path:code>/fassungen/<str:day>/aendern/",
        editor.version_edit,
        name="tariff-version-edit",
    ),
    path(
        "tarife/<path:code>/fassungen/<str:day>/",
        pages.tariff_version,
        name="tariff-version",
    ),
    path("tarife/<path:code>/", pages.tariff, name="tariff"),
]
