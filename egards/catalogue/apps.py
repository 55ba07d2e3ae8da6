"""App configuration."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.catalogue"
    label = "catalogue"
