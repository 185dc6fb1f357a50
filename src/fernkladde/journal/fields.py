from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from . import chain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    Text = models.TextField[Mapping[str, Any], dict[str, Any]]
else:
    Text = models.TextField


class CanonicalField(Text):
    """A JSON object, kept as the very text that was hashed.

    Not a JSONField: PostgreSQL would keep its own reading of it, and the same value
    written in another way would pass as unchanged.
    """

    def from_db_value(
        self, value: str, expression: object, connection: BaseDatabaseWrapper
    ) -> Any:
        return json.loads(value)

    def get_prep_value(self, value: object) -> str:
        # Text is a pattern to search for, an object is a value to keep.
        return value if isinstance(value, str) else chain.canonical(value)
