from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "fernkladde.imports"
    label = "imports"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
