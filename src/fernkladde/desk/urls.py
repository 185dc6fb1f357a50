"""The addresses of the desk, gathered from its pages; each adds itself here."""

from __future__ import annotations

from . import (
    calls,
    cases,
    contracts,
    customers,
    forgotten,
    imports,
    invoices,
    journal,
    late_starts,
    month,
    past_calls,
    people,
    plant_access,
    plants,
    search,
    start,
    styleguide,
    timers,
)
from .listings import all as lists
from .listings import keeping
from .settings import addresses as settings
from .tariffs import addresses as tariffs

urlpatterns = [
    *start.urlpatterns,
    *timers.urlpatterns,
    *late_starts.urlpatterns,
    *forgotten.urlpatterns,
    *calls.urlpatterns,
    *cases.urlpatterns,
    *search.urlpatterns,
    *people.urlpatterns,
    *journal.urlpatterns,
    *lists.urlpatterns,
    *keeping.urlpatterns,
    *customers.urlpatterns,
    *plant_access.urlpatterns,
    *plants.urlpatterns,
    *contracts.urlpatterns,
    *imports.urlpatterns,
    *past_calls.urlpatterns,
    *month.urlpatterns,
    *invoices.urlpatterns,
    *tariffs.urlpatterns,
    *settings.urlpatterns,
    *styleguide.urlpatterns,
]
