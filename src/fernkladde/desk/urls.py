"""The addresses of the desk, gathered from its pages; each adds itself here."""

from __future__ import annotations

from django.urls import path

from .access import for_any_person
from .styleguide import styleguide

urlpatterns = [
    path("styleguide/", for_any_person(styleguide), name="styleguide"),
]
