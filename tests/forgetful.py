"""The product's settings for its processes at the tests' PostgreSQL, which may forget.

With the disk waited for at each COMMIT the suite would take several times as long.
"""

from __future__ import annotations

from fernkladde.config.settings import *  # noqa: F403

DATABASE_MAY_FORGET = True
