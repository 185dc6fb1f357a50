from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fernkladde.cases"
    label = "cases"

    def ready(self) -> None:
        from . import arranged, searched, searched_past, sentences  # noqa: PLC0415 - apps first

        sentences.register_sentences()
        arranged.register_sentences()
        searched.register_kinds()
        searched_past.register_past_calls()
