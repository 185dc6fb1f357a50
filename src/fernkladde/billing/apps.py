from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "fernkladde.billing"
    label = "billing"
