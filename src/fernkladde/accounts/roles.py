"""Who may do what: one table of roles and the words they are allowed.

read          cases, customers, plants and contracts
work          cases, timers, connections to cases
consent       note that a customer has agreed to the cost
decide        goodwill, cause, release of held work
master_data   customers, plants, contracts, imports
tariffs       tariffs and their versions
bill          the month-end run, invoices, payments
read_money    invoices, sums, what was given away
read_journal  the Kladde
export        take data out of the house
administer    people, roles, the firm's settings, erasure
"""

from __future__ import annotations

from typing import Literal, get_args

from django.db import models
from django.utils.translation import gettext_lazy as _

Capability = Literal[
    "read",
    "work",
    "consent",
    "decide",
    "master_data",
    "tariffs",
    "bill",
    "read_money",
    "read_journal",
    "export",
    "administer",
]

EVERYTHING: frozenset[Capability] = frozenset(get_args(Capability))
ONLY_LOOKING: frozenset[Capability] = frozenset(
    ("read", "read_money", "read_journal", "export")
)


class Role(models.TextChoices):
    TECHNICIAN = "technician", _("Technik")
    DISPATCHER = "dispatcher", _("Disposition")
    BILLING = "billing", _("Abrechnung")
    MANAGER = "manager", _("Serviceleitung")
    AUDITOR = "auditor", _("Prüfung")
    ADMINISTRATOR = "administrator", _("Administration")


CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.TECHNICIAN: frozenset(("read", "work", "consent", "read_journal")),
    Role.DISPATCHER: frozenset(
        ("read", "work", "consent", "decide", "master_data", "read_journal")
    ),
    Role.BILLING: ONLY_LOOKING | {"consent", "master_data", "bill"},
    Role.MANAGER: EVERYTHING - {"administer"},
    Role.AUDITOR: ONLY_LOOKING,
    Role.ADMINISTRATOR: EVERYTHING,
}


class UnknownCapability(LookupError):
    """A question for a word that no role is allowed: a slip of the pen."""


def may(role: str, capability: str) -> bool:
    if capability not in EVERYTHING:
        raise UnknownCapability(capability)
    return capability in CAPABILITIES[Role(role)]
