"""The web process's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fernkladde.config.settings")

application = get_wsgi_application()

from .kept import kept_open  # noqa: E402 - knows the settings

_kept = kept_open()
