"""App configuration."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.customers"
    label = "customers"
