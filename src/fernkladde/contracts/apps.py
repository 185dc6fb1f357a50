from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "fernkladde.contracts"
    label = "contracts"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
