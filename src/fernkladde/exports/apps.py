from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "fernkladde.exports"
    label = "exports"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
