"""Pages for what went wrong: what, where, and what now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from fernkladde.integrity.surroundings import why_impossible

if TYPE_CHECKING:
    from django.http import HttpRequest

# Not the program is wrong but what it stands on: trying again makes sense.
IMPOSSIBLE_NOW = 503


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database: it may be what failed.

    Asked while the fault is still being handled, so that it can be looked at.
    """
    fault = sys.exception()
    reason = why_impossible(fault) if fault else ""
    page = render_to_string("500.html", {"reason": reason})
    return HttpResponse(page, status=IMPOSSIBLE_NOW if reason else 500)
