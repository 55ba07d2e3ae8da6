"""App configuration."""

from django.apps import AppConfig


class UnderstandingConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.understanding"
    label = "understanding"
