"""Start Django for a command; `rate` does without."""

from __future__ import annotations

import os


def set_up() -> None:
    """Load the settings and the rooms with their tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fernkladde.config.settings")
    import django

    django.setup()


def bring_up_to_date() -> None:
    """Apply all migrations that the database lacks, without a word."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
