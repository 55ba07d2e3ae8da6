"""How often strangers write to us, so that a flood is noticed: marks that name nobody, kept for a day."""

from __future__ import annotations

from django.db import models

from egards.core.clock import now


class Post(models.Model):
    """One form sent to a public page. ``who`` and ``reach`` are hashes whose key changes every day."""

    class Page(models.TextChoices):
        """Which form it was."""

        CONTACT = "contact"
        FOLLOW_UP = "follow_up"
        LINKS = "links"
        PATIENCE = "patience"  # a contact form let through because its sender waited

    at = models.DateTimeField(default=now)
    page = models.CharField(max_length=9, choices=Page.choices)
    who = models.BinaryField(max_length=16)
    form = models.BinaryField(max_length=16, help_text="Keyed hash of the form's nonce: a proof serves once.")
    reach = models.BinaryField(max_length=16, default=b"", help_text="Mark of the address typed; empty without one.")

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="post_at"),
            models.Index(fields=["form"], name="post_form"),
        ]
