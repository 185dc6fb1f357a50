"""Who may open a page: every view names the word it needs.

The word is kept on the view, so that the tests can hold every route against the
table of roles; a route without a word is not reachable and fails the build.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from fernkladde.accounts.models import User
    from fernkladde.accounts.roles import Capability

    class StaffRequest(HttpRequest):
        """A request of a person who is logged in."""

        user: User

    View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PUBLIC = "public"
ANY_PERSON = "any person"


def needs(capability: Capability) -> Callable[[View], View]:
    """Open a view to whoever may do this; others get 403.

    Who still has a password that somebody else has chosen gets no further than
    to the page where they choose their own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(
            request: StaffRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if not request.user.may(capability):
                raise PermissionDenied
            if request.user.must_change_password:
                return redirect("password")
            return view(request, *args, **kwargs)

        guarded.needs = capability  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def for_any_person(view: View) -> View:
    """Open a view to everybody who is logged in."""
    view.needs = ANY_PERSON  # type: ignore[attr-defined]
    return view


def for_everybody(view: View) -> View:
    """Open a view without a login: the login itself, and what must work before it."""
    open_view = login_not_required(view)
    open_view.needs = PUBLIC  # type: ignore[attr-defined]
    return open_view
