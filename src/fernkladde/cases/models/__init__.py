"""Cases and the clock: one matter, and the stretches of work on it."""

from .cases import Case, CaseCounter, CaseQuerySet
from .choices import (
    DONE,
    OPEN,
    CaseState,
    Cause,
    Connection,
    NoteKind,
    Priority,
    Service,
)
from .conversation import Consent, Note, NoteQuerySet
from .past_calls import PastCall, PastCallQuerySet
from .rules import Rules
from .sessions import Session, SessionQuerySet, SessionVersion

__all__ = [
    "DONE",
    "OPEN",
    "Case",
    "CaseCounter",
    "CaseQuerySet",
    "CaseState",
    "Cause",
    "Connection",
    "Consent",
    "Note",
    "NoteKind",
    "NoteQuerySet",
    "PastCall",
    "PastCallQuerySet",
    "Priority",
    "Rules",
    "Service",
    "Session",
    "SessionQuerySet",
    "SessionVersion",
]
