"""Touchpoints as configured: a mailbox, a number, a form, a store, a file of verbatims."""

from __future__ import annotations

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand, Place
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.touchpoints.kind import Kind
from egards.touchpoints.no_reply import SILENT_ADDRESS
from egards.touchpoints.registry import kind_named

#: The address in the settings, empty when there is none: a comparison with nothing would let anything through.
_SENT_FROM = Coalesce(KeyTextTransform("address", "settings"), models.Value(""))


class Touchpoint(models.Model):
    """A two-way place of contact. Its kind is code; its settings are this row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="touchpoints")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="touchpoints")
    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    region = models.CharField(max_length=2, default="FR", help_text="Region of phone numbers written without prefix.")
    settings = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)
    secrets = models.BinaryField(null=True, editable=False, help_text="Sealed: passwords and keys of the provider.")
    proved_at = models.DateTimeField(null=True, help_text="When a code sent to its own address came back.")
    proved_address = models.CharField(max_length=320, blank=True)
    proof_digest = models.BinaryField(null=True, editable=False, help_text="Keyed hash of the code last sent.")
    proof_sent_at = models.DateTimeField(null=True)
    proof_tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~(
                    models.Q(settings__address__iregex=SILENT_ADDRESS)
                    | models.Q(settings__sender_name__iregex=SILENT_ADDRESS)
                ),
                name="touchpoint_takes_answers",
            ),
            models.CheckConstraint(
                condition=models.Q(proved_at=None)
                | (~models.Q(proved_address="") & models.Q(Exact(models.F("proved_address"), _SENT_FROM))),
                name="touchpoint_proved_its_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_proved(self) -> bool:
        """Say whether its sending address was proved: until then nothing leaves."""
        return self.proved_at is not None and self.proved_address == self.settings.get("address", "")

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Touchpoints of the scope's brands; for members bound to places, those of their places only."""
        return scope.brand_and_place("brand_id", "place_id")

    def behaviour(self) -> Kind:
        """Return the code of this touchpoint's kind."""
        return kind_named(self.kind)
