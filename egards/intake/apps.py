"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.intake"
    label = "intake"
