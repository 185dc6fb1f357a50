"""All lists that have columns, kept filters and an export."""

from __future__ import annotations

from fernkladde.desk.cases import listing as cases

from . import contracts, customers, invoices, plants

LISTINGS = {
    listing.place: listing
    for listing in (
        cases.LISTING,
        customers.LISTING,
        plants.LISTING,
        contracts.LISTING,
        invoices.LISTING,
    )
}

urlpatterns = [
    *customers.urlpatterns,
    *plants.urlpatterns,
    *contracts.urlpatterns,
    *invoices.urlpatterns,
]
