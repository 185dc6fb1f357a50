from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "fernkladde.connections"
    label = "connections"
