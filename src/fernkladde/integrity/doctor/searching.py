"""The search: whether the database can, and whether it knows what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fernkladde.search.index import AT_ONCE
from fernkladde.search.models import Due
from fernkladde.search.soundness import can_search
from fernkladde.search.watch import missing_watches

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from .findings import Finding


def check_search() -> Finding:
    if not can_search():
        sentence = _(
            "Dieses SQLite kann keine Volltextsuche (FTS5 fehlt): ein Python mit "
            "vollständigem SQLite nehmen, oder PostgreSQL benutzen."
        )
        return fault("search", sentence)
    if missing := missing_watches():
        sentence = _(
            "Die Suche erfährt nicht mehr, was geschrieben wird (%(names)s): "
            "„fernkladde search --rebuild“ aufrufen."
        )
        return fault("search", sentence % {"names": ", ".join(missing)})
    if (due := Due.objects.count()) > AT_ONCE:
        sentence = _(
            "Die Suche liest noch %(count)d Texte; „fernkladde worker“ holt sie nach."
        )
        return advice("search", sentence % {"count": due})
    return ok("search", _("Die Suche kennt, was geschrieben wird"))
