"""Passwords and keys have no place here: one hole would open every plant."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from fernkladde.values.refusal import Refusal

WORDS = (
    r"(?:pass(?:wor[dt]|phrase|wd)?|kennwort|pwd?|pin|puk|psk|pre-?shared[ -]key"
    r"|(?:geheim|privater[ -])schlüssel|secret|(?:api|access)[ -_]?(?:key|token)|token)"
)
# "Passwort: siehe KeePass" says where it is kept, and that is what we want.
ELSEWHERE = (
    r"(?:s(?:iehe|\.)|im?n?\b|bei[m ]|liegt|steht|vom?n?\b|auf\b|nach\b|keepass|vault"
    r"|bitwarden|1password|passwork|safe\b|tresor|see\b|ask\b|unbekannt|\?|-\s*$|–)"
)
IS = r"(?:[:=]|\b(?:ist|lautet|is)\b:?)"
PATTERNS = (
    re.compile(rf"\b{WORDS}\b\s*{IS}\s*(?!{ELSEWHERE})\S+", re.I),
    re.compile(rf"\b{WORDS}\s+(?=\S*\d)(?=\S*[A-Za-z])(?!{ELSEWHERE})\S{{4,}}", re.I),
    re.compile(r"-----BEGIN [A-Z ]*(?:KEY|CERTIFICATE)-----"),
    re.compile(r"\b(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-\S+) AAAA\S+"),
    re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])"),  # WireGuard
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@", re.I),
)
SHOWN = 24


class LooksLikeASecret(Refusal):
    """A password or key was about to be kept."""

    def __init__(self, found: str, *, field: str) -> None:
        self.found = found
        sentence = _(
            "„%(found)s“ sieht nach einem Passwort oder Schlüssel aus. Bitte nur"
            " angeben, wo es liegt, zum Beispiel „KeePass: Kunde / Presse 3“."
        )
        super().__init__(sentence % {"found": found}, field=field)


def looks_like_a_secret(text: str) -> str | None:
    """Return the beginning of what looks like a password or key, else None."""
    for pattern in PATTERNS:
        if found := pattern.search(text):
            return found[0][:SHOWN].strip()
    return None


def refuse_secrets(**texts: str) -> None:
    """Refuse texts with a secret in them, by the name of their field."""
    for field, text in texts.items():
        if found := looks_like_a_secret(text):
            raise LooksLikeASecret(found, field=field)
