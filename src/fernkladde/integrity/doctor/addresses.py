"""The addresses under which the pages answer, and whether the way is encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding

HERE = {"localhost", "127.0.0.1", "::1"}


def check_addresses() -> Iterator[Finding]:
    url = settings.PUBLIC_URL
    if "*" in settings.ALLOWED_HOSTS:
        yield fault(
            "hosts", _("FERNKLADDE_HOSTS erlaubt jeden Namen (*): die eigenen nennen.")
        )
    if not url:
        yield advice(
            "url",
            _("FERNKLADDE_URL ist leer: nur zum Ansehen auf diesem Rechner."),
        )
        return
    parts = urlsplit(url)
    host, words = parts.hostname or "", {"url": url}
    if parts.scheme not in {"http", "https"} or not host or parts.path:
        sentence = _(
            "FERNKLADDE_URL=%(url)s: https://name, ohne etwas dahinter, angeben."
        )
        yield fault("url", sentence % words)
    elif not _answers_to(host):
        sentence = _("FERNKLADDE_HOSTS nennt den Namen aus %(url)s nicht: ergänzen.")
        yield fault("hosts", sentence % words)
    elif not settings.SECURE and host not in HERE:
        sentence = _(
            "%(url)s ist unverschlüsselt, Passwörter liest jeder mit: einen Proxy mit "
            "TLS davor setzen und https:// angeben."
        )
        yield advice("url", sentence % words)
    else:
        yield ok("url", _("Adresse %(url)s") % words)


def _answers_to(host: str) -> bool:
    """Tell whether Django would answer; „.example.com“ stands for all below it."""
    written = f"[{host}]" if ":" in host else host
    return any(
        known in {"*", written} or (known[:1] == "." and f".{host}".endswith(known))
        for known in settings.ALLOWED_HOSTS
    )
