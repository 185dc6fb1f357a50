from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "fernkladde.journal"
    label = "journal"
