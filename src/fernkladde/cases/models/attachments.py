"""Files at a case: the row says what lies in the folder, and by its hash whether."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .cases import Case


class Attachment(models.Model):
    """A file that somebody has put to a case; `stored_as` is below the documents.

    The same content is kept once, whatever it is called. `kind` is what the content
    is, not what its name or the browser says.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    came_from = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return self.name
