from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "fernkladde.connections"
    label = "connections"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
