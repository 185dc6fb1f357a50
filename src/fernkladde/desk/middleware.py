"""Each request speaks the person's language and the firm's time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from django.utils import timezone, translation

from fernkladde.accounts.models import User
from fernkladde.billing.facts import policy
from fernkladde.billing.live.open_work import reading_along
from fernkladde.cases.queries import timers_of
from fernkladde.values.once import kept_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Whoever only reads asks the database for nothing twice."""
        if request.method not in {"GET", "HEAD"}:
            return self._answer(request)
        with kept_answers(), reading_along(partial(_customers_of_clock, request)):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _has_nul(request):
            raise BadRequest("NUL in the address")
        language = getattr(request.user, "language", "de")
        with translation.override(language):
            if request.user.is_authenticated:
                timezone.activate(policy().timezone)
            response = self.get_response(request)
        timezone.deactivate()
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = language
        return response


def _customers_of_clock(request: HttpRequest) -> tuple[str, ...]:
    """Name the customer whose meter stands in the frame."""
    user = request.user
    if not isinstance(user, User) or not user.may("work"):
        return ()
    running = timers_of(user).running
    return (running.case.customer.number,) if running else ()


def _has_nul(request: HttpRequest) -> bool:
    """Look for a NUL: nobody types one, and PostgreSQL takes none."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
