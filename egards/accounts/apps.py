"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.accounts"
    label = "accounts"
