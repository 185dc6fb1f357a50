"""The secret key: telling two keys apart without giving one away."""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from django.conf import settings

from .manifest import SECRET_KEY


def key_mark(key: str) -> str:
    """Return the same mark for the same key; the key cannot be told from it."""
    return hmac.new(key.encode(), b"fernkladde backup", "sha256").hexdigest()[:16]


def key_file() -> Path:
    return Path(settings.DATA) / SECRET_KEY


def is_in_file() -> bool:
    """Tell whether the key in use is the one of the data folder."""
    try:
        return key_file().read_text() == settings.SECRET_KEY
    except OSError:
        return False


def is_given() -> bool:
    """Tell whether the key comes from the environment, and from no file of ours."""
    return bool(os.environ.get("FERNKLADDE_SECRET_KEY"))
