from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "fernkladde.desk"
    label = "desk"
