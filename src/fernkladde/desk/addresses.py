"""Addresses that came from outside: only such as lead into this very desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
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
