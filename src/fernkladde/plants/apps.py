from django.apps import AppConfig


class PlantsConfig(AppConfig):
    name = "fernkladde.plants"
    label = "plants"
