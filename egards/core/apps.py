"""App configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The ground floor."""

    name = "egards.core"
    label = "core"
