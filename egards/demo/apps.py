"""App configuration."""

from importlib import import_module

from django.apps import AppConfig

from egards.interactions.nowhere import lead_nowhere_when


class DemoConfig(AppConfig):
    """The town."""

    name = "egards.demo"
    label = "demo"

    def ready(self) -> None:
        """Let what leaves a demo house reach nobody, in every process."""
        lead_nowhere_when(import_module("egards.core.house_mark").is_demo)  # models are read only once Django is ready
