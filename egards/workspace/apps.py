"""App configuration."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.workspace"
    label = "workspace"
