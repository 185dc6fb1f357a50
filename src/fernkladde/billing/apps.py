from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "fernkladde.billing"
    label = "billing"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
