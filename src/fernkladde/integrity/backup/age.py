"""How old the last backup is, in the words that people use."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext

# Backups are made daily; one that was missed once is no reason to worry yet.
DUE_AFTER = timedelta(days=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def age_in_words(age: timedelta) -> str:
    """Say „3 Stunden“, in the dative that follows „vor“; never less than a minute."""
    if age >= 2 * DAY:
        return ngettext("%(count)d Tag", "%(count)d Tagen", age // DAY) % {
            "count": age // DAY
        }
    if age >= HOUR:
        return ngettext("%(count)d Stunde", "%(count)d Stunden", age // HOUR) % {
            "count": age // HOUR
        }
    minutes = max(age // MINUTE, 1)
    return ngettext("%(count)d Minute", "%(count)d Minuten", minutes) % {
        "count": minutes
    }
