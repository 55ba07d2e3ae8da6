"""App configuration."""

from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.touchpoints"
    label = "touchpoints"
