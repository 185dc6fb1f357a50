"""The pages of cases: the list, the case, its decisions, its sessions."""

from __future__ import annotations

from . import around, deciding, listing, page, rearranging, reporting, sessions

# The case's own address comes last: a number may hold a slash.
urlpatterns = [
    *listing.urlpatterns,
    *deciding.urlpatterns,
    *around.urlpatterns,
    *rearranging.urlpatterns,
    *reporting.urlpatterns,
    *sessions.urlpatterns,
    *page.urlpatterns,
]
