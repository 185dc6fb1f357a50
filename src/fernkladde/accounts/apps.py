from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fernkladde.accounts"
    label = "accounts"
