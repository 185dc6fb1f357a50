"""One text for one value: the form in which records are stored and hashed."""

from __future__ import annotations

import json


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys and no blanks; the same value, the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
