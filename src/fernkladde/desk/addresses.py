"""Addresses that came from outside: only such as lead into this very desk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def own_address(address: str, *, otherwise: str = "start") -> str:
    """Return the address if it is a path of this desk, else that of a page."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts=None
    )
    return address if safe else reverse(otherwise)


def next_address(request: HttpRequest, *, otherwise: str = "start") -> str:
    """Return where the person wanted to go."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(asked, otherwise=otherwise)


def came_from(request: HttpRequest, *, otherwise: str = "start") -> str:
    """Return the page whose button was pressed, to show it again."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc != request.get_host():
        return own_address("", otherwise=otherwise)
    query = f"?{referrer.query}" if referrer.query else ""
    return own_address(referrer.path + query, otherwise=otherwise)


# What the Kladde speaks of, each with a page of its own name; "user/5" has none.
SUBJECTS = ("case", "customer", "plant", "contract", "tariff", "invoice", "month")


def address_of(subject: str) -> str:
    """Return the page of "case/26-0412", or nothing where it has none."""
    word, _slash, key = subject.partition("/")
    if word not in SUBJECTS:
        return ""
    try:
        return reverse(word, args=[key])
    except NoReverseMatch:
        return ""
