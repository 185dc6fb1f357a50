from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fernkladde.accounts"
    label = "accounts"

    def ready(self) -> None:
        from .sentences import register_sentences  # noqa: PLC0415 - apps first

        register_sentences()
