"""Each request speaks the person's language and the firm's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation

from fernkladde.billing.facts import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "de")
        with translation.override(language):
            if request.user.is_authenticated:
                timezone.activate(policy().timezone)
            response = self.get_response(request)
        timezone.deactivate()
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = language
        return response
