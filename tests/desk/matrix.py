"""Every address of the desk, the word it needs, and how it answers who may.

A route that is not listed here fails the build, and so does one that is gone.
"""

from __future__ import annotations

from typing import NamedTuple

PUBLIC = "public"
ANY_PERSON = "any person"

# What a view answers that only takes POST, and leads who comes by GET to its form.
LED_BACK = 302
POST_ONLY = 405


class Route(NamedTuple):
    """`get` is the status for who may; everybody else is refused whatever it is."""

    need: str
    get: int = 200


ROUTES: dict[str, Route] = {
    # Start, clock, calls
    "start": Route("read"),
    "start-sums": Route("read"),
    "timer": Route("work"),
    "start-timer": Route("work", LED_BACK),
    "pause-timer": Route("work", LED_BACK),
    "stop-timer": Route("work", LED_BACK),
    "switch-timer": Route("work", LED_BACK),
    "drop-timer": Route("work", LED_BACK),
    "confirm-session": Route("work"),
    "start-timer-late": Route("work"),
    "take-over-timer": Route("work"),
    "forgotten": Route("work"),
    "timer-goes-on": Route("work", LED_BACK),
    "new-call": Route("work"),
    "take-call": Route("work", LED_BACK),
    "search": Route("read"),
    # What all lists share
    "case-list-export": Route("read"),
    "customer-list-export": Route("read"),
    "plant-list-export": Route("read"),
    "contract-list-export": Route("read"),
    "invoice-list-export": Route("read_money"),
    "view-keep": Route("read", LED_BACK),
    "view-drop": Route("read", LED_BACK),
    "columns-choose": Route("read", LED_BACK),
    # Cases and sessions
    "case-list": Route("read"),
    "case": Route("read"),
    "case-cause": Route("decide", LED_BACK),
    "case-goodwill": Route("decide", LED_BACK),
    "case-goodwill-withdraw": Route("decide", LED_BACK),
    "case-consent": Route("consent", LED_BACK),
    "case-cap": Route("work", LED_BACK),
    "case-state": Route("work", LED_BACK),
    "case-assign": Route("work", LED_BACK),
    "case-note": Route("work", LED_BACK),
    "case-edit": Route("work"),
    "case-priority": Route("work", LED_BACK),
    "case-tags": Route("work", LED_BACK),
    "case-watch": Route("work", LED_BACK),
    "case-link": Route("work", LED_BACK),
    "case-unlink": Route("work", LED_BACK),
    "case-merge": Route("work", LED_BACK),
    "case-split": Route("work"),
    "case-follow-up": Route("work", LED_BACK),
    "session": Route("read"),
    "session-new": Route("work"),
    "session-correct": Route("work", LED_BACK),
    "session-void": Route("work", LED_BACK),
    "session-split": Route("work", LED_BACK),
    "session-move": Route("work", LED_BACK),
    "session-report": Route("work"),
    "case-files": Route("work"),
    "case-file": Route("read", 404),
    "case-answers": Route("work"),
    "session-goodwill": Route("decide", LED_BACK),
    "session-goodwill-withdraw": Route("decide", LED_BACK),
    "call-new": Route("work", LED_BACK),
    # People
    "login": Route(PUBLIC),
    "setup": Route(PUBLIC),
    "logout": Route(ANY_PERSON, POST_ONLY),
    "preferences": Route(ANY_PERSON),
    "password": Route(ANY_PERSON),
    "set-theme": Route(ANY_PERSON, POST_ONLY),
    "set-language": Route(ANY_PERSON, POST_ONLY),
    # Kladde
    "journal": Route("read_journal"),
    "journal-verify": Route("read_journal", LED_BACK),
    # Customers and plants
    "customer-list": Route("read"),
    "customer": Route("read"),
    "customer-new": Route("master_data"),
    "customer-edit": Route("master_data"),
    "customer-deactivate": Route("master_data"),
    "customer-reactivate": Route("master_data", POST_ONLY),
    "contact-new": Route("master_data"),
    "contact-edit": Route("master_data"),
    "plant-list": Route("read"),
    "plant": Route("read"),
    "plant-new": Route("master_data"),
    "plant-edit": Route("master_data"),
    "plant-type-list": Route("read"),
    "plant-type": Route("master_data"),
    "plant-type-new": Route("master_data"),
    "access-new": Route("master_data"),
    "access-edit": Route("master_data"),
    "access-remove": Route("master_data", POST_ONLY),
    # Contracts and tariffs
    "contract-list": Route("read"),
    "contract": Route("read"),
    "contract-new": Route("master_data"),
    "contract-edit": Route("master_data"),
    "tariff-list": Route("read"),
    "tariff": Route("read"),
    "tariff-new": Route("tariffs"),
    "tariff-rename": Route("tariffs"),
    "tariff-version": Route("read"),
    "tariff-version-new": Route("tariffs"),
    "tariff-version-edit": Route("tariffs"),
    "tariff-version-example": Route("tariffs", POST_ONLY),
    "rate-deck-list": Route("read"),
    "rate-deck": Route("read"),
    "rate-deck-new": Route("tariffs"),
    "rate-deck-replace": Route("tariffs"),
    # Past calls and data from tables
    "past-call-list": Route("read"),
    "past-call-day": Route("read", LED_BACK),
    "import-list": Route("master_data"),
    "import-sample": Route("master_data"),
    "import": Route("master_data"),
    "import-check": Route("master_data", LED_BACK),
    "import-take": Route("master_data", LED_BACK),
    "import-undo": Route("master_data", LED_BACK),
    "import-discard": Route("master_data", LED_BACK),
    # Month end and invoices
    "month-list": Route("read_money"),
    "month": Route("read_money"),
    "month-customer": Route("read_money"),
    "month-preview": Route("bill", LED_BACK),
    "month-approve": Route("bill", LED_BACK),
    "month-withdraw": Route("bill", LED_BACK),
    "month-issue": Route("bill", LED_BACK),
    "invoice-list": Route("read_money"),
    "invoice": Route("read_money", 404),
    "invoice-pdf": Route("read_money", 404),
    "invoice-repeat": Route("bill", LED_BACK),
    "statement-pdf": Route("read_money", 404),
    "statement-repeat": Route("bill", LED_BACK),
    "invoice-xml": Route("read_money", 404),
    # Settings
    "settings": Route("administer"),
    "settings-policy": Route("administer"),
    "settings-rules": Route("administer"),
    "settings-hours": Route("administer", LED_BACK),
    "settings-texts": Route("master_data"),
    "settings-template-new": Route("master_data"),
    "settings-template": Route("master_data"),
    "settings-answer-new": Route("master_data"),
    "settings-answer": Route("master_data"),
    "settings-text-remove": Route("master_data", POST_ONLY),
    "settings-days": Route("tariffs"),
    "settings-holidays": Route("tariffs", LED_BACK),
    "settings-day-remove": Route("tariffs", POST_ONLY),
    "settings-people": Route("administer"),
    "settings-person-new": Route("administer"),
    "settings-person": Route("administer"),
    "settings-person-password": Route("administer", LED_BACK),
    "settings-person-active": Route("administer", POST_ONLY),
    "styleguide": Route(ANY_PERSON),
}
