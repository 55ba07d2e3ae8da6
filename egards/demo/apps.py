"""App configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The town."""

    name = "egards.demo"
    label = "demo"
