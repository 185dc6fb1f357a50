"""Monatslauf: from open points over preview, approval and issue to the documents."""

from __future__ import annotations

from django.urls import path

from . import customer, months, page, stages

urlpatterns = [
    path("monatslauf/", months.month_list, name="month-list"),
    path("monatslauf/<str:period>/", page.month, name="month"),
    path("monatslauf/<str:period>/vorschau/", stages.preview, name="month-preview"),
    path("monatslauf/<str:period>/freigabe/", stages.approve, name="month-approve"),
    path("monatslauf/<str:period>/ruecknahme/", stages.withdraw, name="month-withdraw"),
    path("monatslauf/<str:period>/ausstellung/", stages.issue, name="month-issue"),
    path(
        "monatslauf/<str:period>/kunde/<path:number>/",
        customer.month_customer,
        name="month-customer",
    ),
]
