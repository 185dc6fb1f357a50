from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fernkladde.cases"
    label = "cases"
