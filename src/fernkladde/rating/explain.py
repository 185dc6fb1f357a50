from __future__ import annotations

from typing import Any


def explanation(result: Any) -> list[dict[str, Any]]:
    return []
