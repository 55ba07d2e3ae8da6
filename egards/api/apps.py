"""App configuration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.api"
    label = "egards_api"
