"""What the Kladde pins of a session's earlier versions: a hash of each.

Whoever changes later what was recorded first no longer fits what the entry of the
correction says. The note is left out: it may be erased, and a hash of it be guessed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from fernkladde.values.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def version_sha256(
    values: Mapping[str, Any], *, changed_at: str, changed_by: str, reason: str
) -> str:
    """Name a version; `changed_at` is an instant as the chain writes it."""
    kept = {name: value for name, value in values.items() if name != "note"}
    text = canonical_json([kept, changed_at, changed_by, reason])
    return hashlib.sha256(text.encode()).hexdigest()
