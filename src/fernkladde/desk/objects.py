"""What an address names, as far as this person may see it; anything else is 404.

Every view fetches its record here: whose eyes it is for is asked in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from fernkladde.cases.models import Case, Session
from fernkladde.contracts.models import Contract, RateDeck, Tariff, TariffVersion
from fernkladde.customers.models import Contact, Customer
from fernkladde.plants.models import AccessPath, Plant

if TYPE_CHECKING:
    from datetime import date

    from .access import StaffRequest


def get_case(request: StaffRequest, number: str) -> Case:
    cases = Case.objects.visible_to(request.user).select_related(
        "customer__tariff",
        "plant__customer",
        "plant__plant_type",
        "plant__tariff",
        "assigned_to",
        "merged_into",
    )
    return get_object_or_404(cases, number=number)


def get_session(request: StaffRequest, number: str) -> Session:
    sessions = Session.objects.visible_to(request.user).select_related(
        "case__customer",
        "case__plant",
        "technician",
        "came_from",
        "split_from",
        "report",
    )
    return get_object_or_404(sessions, number=number)


def get_customer(request: StaffRequest, number: str) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), number=number)


def get_plant(request: StaffRequest, number: str) -> Plant:
    plants = Plant.objects.visible_to(request.user).select_related(
        "customer__tariff", "plant_type", "tariff"
    )
    return get_object_or_404(plants, number=number)


def get_contract(request: StaffRequest, number: str) -> Contract:
    contracts = Contract.objects.visible_to(request.user).select_related(
        "customer", "tariff"
    )
    return get_object_or_404(contracts, number=number)


def get_contact(request: StaffRequest, customer: Customer, key: int) -> Contact:
    contacts = Contact.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(contacts, customer=customer, pk=key)


def get_access_path(plant: Plant, key: int) -> AccessPath:
    """Return a way to a plant that `get_plant` gave."""
    return get_object_or_404(plant.access_paths.select_related("plant"), pk=key)


def get_tariff(code: str) -> Tariff:
    """Return one of the firm's own tariffs: no customer's, the same for all staff."""
    return get_object_or_404(Tariff.objects.all(), code=code)


def get_tariff_version(tariff: Tariff, valid_from: date) -> TariffVersion:
    versions = tariff.versions.select_related("tariff")
    return get_object_or_404(versions, valid_from=valid_from)


def get_rate_deck(code: str) -> RateDeck:
    return get_object_or_404(RateDeck.objects.all(), code=code)
