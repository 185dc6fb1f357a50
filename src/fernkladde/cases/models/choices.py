"""Closed lists of words: what a case, a session or a note can be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    NEW = "new", _("Neu")
    REOPENED = "reopened", _("Wieder geöffnet")
    IN_PROGRESS = "in_progress", _("In Arbeit")
    WAITING_CUSTOMER = "waiting_customer", _("Wartet auf Kunde")
    WAITING_US = "waiting_us", _("Wartet auf uns")
    SOLVED = "solved", _("Gelöst")
    CLOSED = "closed", _("Abgeschlossen")


DONE = (CaseState.SOLVED, CaseState.CLOSED)
OPEN = tuple(state for state in CaseState if state not in DONE)


class Priority(models.IntegerChoices):
    """How much waits for it; the greater goes first."""

    LOW = 10, _("niedrig")
    NORMAL = 20, _("normal")
    HIGH = 30, _("hoch")
    DOWN = 40, _("Produktion steht")


class Cause(models.TextChoices):
    UNKNOWN = "unknown", _("noch unklar")
    DEFECT = "defect", _("Mangel der Anlage")
    OPERATOR_ERROR = "operator_error", _("Bedienfehler")
    CUSTOMER_CHANGE = "customer_change", _("Eingriff des Kunden")
    THIRD_PARTY = "third_party", _("Fremdverschulden")
    WEAR = "wear", _("Verschleiß")
    REQUEST = "request", _("Änderungswunsch")


class Service(models.TextChoices):
    """Kinds of work; a tariff may name others, these are offered in forms."""

    REMOTE = "remote", _("Fernwartung")
    PHONE = "phone", _("Telefonberatung")
    ANALYSIS = "analysis", _("Analyse")
    ONSITE = "onsite", _("Vor Ort")


class Connection(models.TextChoices):
    NONE = "none", _("keine")
    VPN = "vpn", _("VPN")
    MODEM = "modem", _("Modem")
    TOOL = "tool", _("Fernwartungsprogramm")
    PHONE = "phone", _("Telefon")


class NoteKind(models.TextChoices):
    PHONE = "phone", _("Telefonnotiz")
    INTERNAL = "internal", _("Interne Notiz")
    CHANGE = "change", _("Änderung an der Anlage")
