"""The addresses of the desk, gathered from its pages; each adds itself here."""

from __future__ import annotations

from . import journal, people, start, styleguide

urlpatterns = [
    *start.urlpatterns,
    *people.urlpatterns,
    *journal.urlpatterns,
    *styleguide.urlpatterns,
]
