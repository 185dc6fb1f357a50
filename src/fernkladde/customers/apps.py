from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "fernkladde.customers"
    label = "customers"
