from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "fernkladde.customers"
    label = "customers"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
