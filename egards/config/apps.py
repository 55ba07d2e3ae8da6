"""App configuration."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.config"
    label = "config"
