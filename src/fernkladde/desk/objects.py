"""What an address names, as far as this person may see it; anything else is 404.

Every view fetches its record here: whose eyes it is for is asked in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from fernkladde.cases.models import Case, Session
from fernkladde.contracts.models import Contract
from fernkladde.customers.models import Customer
from fernkladde.plants.models import Plant

if TYPE_CHECKING:
    from .access import StaffRequest


def get_case(request: StaffRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).select_related(
        "customer", "plant__plant_type", "assigned_to"
    )
    return get_object_or_404(cases, number=number)


def get_session(request: StaffRequest, number: str) -> Session:
    sessions = Session.objects.visible_to(request.user).select_related(
        "case__customer", "case__plant", "technician"
    )
    return get_object_or_404(sessions, number=number)


def get_customer(request: StaffRequest, number: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), number=number)


def get_plant(request: StaffRequest, number: str) -> Plant:
    plants = Plant.objects.visible_to(request.user).select_related(
        "customer", "plant_type"
    )
    return get_object_or_404(plants, number=number)


def get_contract(request: StaffRequest, number: str) -> Contract:
    contracts = Contract.objects.visible_to(request.user).select_related(
        "customer", "tariff"
    )
    return get_object_or_404(contracts, number=number)
