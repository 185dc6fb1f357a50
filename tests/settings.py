"""The product's settings with a data folder and a password hasher for tests."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("FERNKLADDE_DATA", tempfile.mkdtemp(prefix="fernkladde-test-"))

from tests.forgetful import *  # noqa: F403

# The real hasher costs a fifth of a second for every person made in a test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
