from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fernkladde.cases"
    label = "cases"

    def ready(self) -> None:
        from . import arranged, sentences  # noqa: PLC0415 - apps first

        sentences.register_sentences()
        arranged.register_sentences()
