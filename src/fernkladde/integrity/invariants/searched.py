"""S1: the search has an entry for each thing, and none for anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.search.models import Entry
from fernkladde.search.soundness import astray

from .findings import Part

if TYPE_CHECKING:
    from .findings import Findings


def check_search(found: Findings) -> None:
    found.counted(Part.SEARCH, Entry.objects.count())
    for kind, key in astray():
        sentence = _("Die Suche ist veraltet; „fernkladde search --rebuild“ hilft.")
        found.bad(Part.SEARCH, "S1", kind, key, sentence)
