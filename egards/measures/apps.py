"""App configuration."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.measures"
    label = "measures"
