"""App configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.notifications"
    label = "notifications"
