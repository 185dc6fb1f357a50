from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    name = "fernkladde.integrity"
    label = "integrity"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
