"""App configuration."""

from django.apps import AppConfig

from egards.public.masking import mask_tokens


class PublicConfig(AppConfig):
    """See docs/architecture.md for what lives on this floor."""

    name = "egards.public"
    label = "public"

    def ready(self) -> None:
        """Logs are masked before the first request."""
        mask_tokens()
