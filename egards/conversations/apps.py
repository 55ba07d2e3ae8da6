"""App configuration."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.conversations"
    label = "conversations"
