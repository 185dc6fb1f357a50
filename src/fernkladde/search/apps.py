from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "fernkladde.search"
    label = "search"

    def ready(self) -> None:
        from .watch import watch_again  # noqa: PLC0415 - apps first

        post_migrate.connect(watch_again, sender=self)
