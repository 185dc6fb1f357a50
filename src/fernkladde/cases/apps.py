from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fernkladde.cases"
    label = "cases"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
