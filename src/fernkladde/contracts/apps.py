from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "fernkladde.contracts"
    label = "contracts"
