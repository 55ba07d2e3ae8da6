"""App configuration."""

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.interactions"
    label = "interactions"
