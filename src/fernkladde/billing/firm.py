"""The firm's own data, one row."""

from __future__ import annotations

from .models import Company


def company() -> Company:
    """Return the firm; a new installation has an empty one."""
    return Company.objects.first() or Company(pk=1)
