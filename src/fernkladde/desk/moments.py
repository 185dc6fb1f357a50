"""The moment of a request: one clock reading for all that stands on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


def moment_of(request: HttpRequest) -> datetime:
    """Return when the request was first asked for its time, in whole seconds."""
    found: datetime | None = getattr(request, "moment", None)
    if found is None:
        found = timezone.now().replace(microsecond=0)
        request.moment = found  # type: ignore[attr-defined]
    return found
