"""Cases and the clock: one matter, and the stretches of work on it."""

from .attachments import Attachment
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
from .links import CaseLink, CaseTag, LinkKind, Watcher
from .past_calls import PastCall, PastCallQuerySet
from .reports import WorkReport
from .rules import Rules
from .sessions import Session, SessionQuerySet, SessionVersion
from .texts import CannedAnswer, CaseTemplate

__all__ = [
    "DONE",
    "OPEN",
    "Attachment",
    "CannedAnswer",
    "Case",
    "CaseCounter",
    "CaseLink",
    "CaseQuerySet",
    "CaseState",
    "CaseTag",
    "CaseTemplate",
    "Cause",
    "Connection",
    "Consent",
    "LinkKind",
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
    "Watcher",
    "WorkReport",
]
