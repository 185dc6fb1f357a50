from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "fernkladde.connections"
    label = "connections"

    def ready(self) -> None:
        from .searched import feed_cases  # noqa: PLC0415 - apps first
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
        feed_cases()
