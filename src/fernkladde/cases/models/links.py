"""What stands around a case: its tags, who watches it, and which others it is about."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .cases import Case


class LinkKind(models.TextChoices):
    RELATES = "relates", _("gehört zu")
    DUPLICATE = "duplicate", _("doppelt von")
    FOLLOWS = "follows", _("folgt auf")
    SPLIT = "split", _("abgetrennt von")
    MERGED = "merged", _("aufgegangen in")


class CaseTag(models.Model):
    """A word of the firm's own on a case, written as it was first typed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tags")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "word"], name="one_tag_of_a_word_per_case"
            )
        ]
        indexes = [models.Index(fields=["word"], name="tag_word")]

    def __str__(self) -> str:
        return self.word


class Watcher(models.Model):
    """A person who wants to know what happens to a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="watchers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="watched"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person"], name="one_watcher_per_case_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"


class CaseLink(models.Model):
    """That `one` has to do with `other`: it follows it, doubles it, belongs to it."""

    one = models.ForeignKey(Case, models.PROTECT, related_name="links_to")
    other = models.ForeignKey(Case, models.PROTECT, related_name="links_from")
    kind = models.CharField(max_length=10, choices=LinkKind, default=LinkKind.RELATES)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], name="one_link_per_pair_of_cases"
            ),
            models.CheckConstraint(
                condition=~Q(one=F("other")), name="a_case_is_not_linked_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.kind} {self.other_id}"
