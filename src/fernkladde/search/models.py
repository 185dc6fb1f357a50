"""The index: derived from the tables of other rooms, and made anew at any time."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """The tokens of one thing. `id` tells its kind and key: see `kinds.STRETCH`.

    The database derives what it searches from `words`: SQLite the FTS5 tables
    `search_few` and `search_many`, PostgreSQL the column `tokens`.
    """

    id = models.BigIntegerField(primary_key=True)
    words = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)


class Due(models.Model):
    """A thing whose texts have changed; the triggers of `watch` write it.

    `passed_on`: what bears its name has to be read again as well.
    """

    kind = models.PositiveSmallIntegerField()
    key = models.BigIntegerField()
    passed_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
