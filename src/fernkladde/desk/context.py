"""What the frame of every page shows.

Each value is made only when a template asks for it: a partial, an error page or a
redirect costs no query for a frame that nobody sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from fernkladde.accounts.models import Theme
from fernkladde.billing.firm import company

from .clocks import timer_of
from .forgotten import forgotten_of
from .moments import moment_of
from .places import places_for

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context for a person who is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": "", "keys": "on"}
    return {
        "nav": SimpleLazyObject(lambda: places_for(user, path=request.path)),
        "timer": SimpleLazyObject(lambda: timer_of(user, at=moment_of(request))),
        "forgotten": SimpleLazyObject(lambda: forgotten_of(request)),
        "firm": SimpleLazyObject(lambda: company().name),
        "theme": "" if user.theme == Theme.AUTO else user.theme,
        "keys": "on" if user.single_letter_keys else "off",
    }
