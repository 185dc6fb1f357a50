"""The addresses of the place "Tarife"; the longer ones stand first."""

from __future__ import annotations

from django.urls import path

from . import decks, editor, pages

urlpatterns = [
    path("tariffs/", pages.tariff_list, name="tariff-list"),
    path("tariffs/new/", pages.tariff_new, name="tariff-new"),
    path("tariffs/decks/", decks.deck_list, name="rate-deck-list"),
    path("tariffs/decks/new/", decks.deck_new, name="rate-deck-new"),
    path(
        "tariffs/decks/<path:code>/replace/",
        decks.deck_replace,
        name="rate-deck-replace",
    ),
    path("tariffs/decks/<path:code>/", decks.deck, name="rate-deck"),
    path("tariffs/<path:code>/rename/", pages.tariff_rename, name="tariff-rename"),
    path(
        "tariffs/<path:code>/versions/new/",
        editor.version_new,
        name="tariff-version-new",
    ),
    path(
        "tariffs/<path:code>/versions/example/",
        editor.version_example,
        name="tariff-version-example",
    ),
    path(
        "tariffs/<path:code>/versions/<str:day>/edit/",
        editor.version_edit,
        name="tariff-version-edit",
    ),
    path(
        "tariffs/<path:code>/versions/<str:day>/",
        pages.tariff_version,
        name="tariff-version",
    ),
    path("tariffs/<path:code>/", pages.tariff, name="tariff"),
]
