"""Views that only take what is posted to them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict

    View = TypeVar("View", bound=Callable[..., HttpResponse])


def posted_from(page: str, *, same_record: bool = False) -> Callable[[View], View]:
    """Take POST only; lead who comes by GET to the page that has the form.

    One comes by GET after a login in mid-form, or by reloading a refused form.
    With `same_record` the page has the same number in its address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def posted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return redirect(reverse(page, kwargs=kwargs if same_record else None))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return posted  # type: ignore[return-value]

    return decorate


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with; nothing at all typed was sent, too."""
    return request.POST if request.method == "POST" else None
