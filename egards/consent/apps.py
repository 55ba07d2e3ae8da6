"""App configuration."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.consent"
    label = "consent"
