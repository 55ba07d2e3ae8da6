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
from egards.touchpoints.hook_providers import HOOK_PROVIDERS
from egards.touchpoints.kind import Kind
from egards.touchpoints.no_reply import SILENT_ADDRESS
from egards.touchpoints.oauth import PROVIDERS
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


class Mailbox(models.Model):
    """A mailbox on somebody's server that a touchpoint reads, how, and how it went the last time."""

    class Protocol(models.TextChoices):
        """How it is read."""

        IMAP = "imap", "IMAP"
        POP3 = "pop3", "POP3"

    touchpoint = models.OneToOneField(Touchpoint, on_delete=models.PROTECT, primary_key=True, related_name="mailbox")
    protocol = models.CharField(max_length=4, choices=Protocol.choices, default=Protocol.IMAP)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8)
    username = models.CharField(max_length=250)
    secret = models.BinaryField(editable=False, help_text="Sealed: the password; unused by a mailbox with a grant.")
    by_grant = models.BooleanField(default=False, db_default=False, help_text="Its provider lets us in, no password.")
    folder = models.CharField(max_length=250, default="INBOX")
    put_away = models.CharField(max_length=250, blank=True, help_text="Where messages go once they are ours.")
    takes_past = models.BooleanField(default=False, help_text="What was there before calls for an answer too.")
    connected_at = models.DateTimeField(default=now, help_text="What came before is history.")
    changed_at = models.DateTimeField(default=now, help_text="Its reader begins anew when this moves.")
    asked_at = models.DateTimeField(null=True, help_text="When somebody asked for everything to be compared again.")
    read_at = models.DateTimeField(null=True, help_text="When it was last read to its end.")
    compared_at = models.DateTimeField(null=True, help_text="When the server's list was last compared with ours.")
    on_server = models.PositiveIntegerField(default=0, help_text="Messages there, when they were compared.")
    not_here = models.PositiveIntegerField(default=0, help_text="Of these, neither received nor refused.")
    failures = models.PositiveIntegerField(default=0, help_text="How often in a row it could not be read.")
    failure = models.CharField(max_length=300, blank=True, help_text="Why, in a sentence.")
    failed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True, help_text="When a letter to ourselves was read here.")

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Mailboxes of the scope's touchpoints."""
        return scope.brand_and_place("touchpoint__brand_id", "touchpoint__place_id")


class Grant(models.Model):
    """What the owner of a mailbox agreed to at Google or Microsoft: that we read it and send from it."""

    touchpoint = models.OneToOneField(Touchpoint, on_delete=models.PROTECT, primary_key=True, related_name="grant")
    provider = models.CharField(max_length=20, help_text="A name in touchpoints/oauth.py.")
    tenant = models.CharField(max_length=100, blank=True)
    client_id = models.CharField(max_length=250)
    username = models.CharField(max_length=250, help_text="The mailbox.")
    sealed = models.BinaryField(editable=False, help_text="Sealed: the client's secret, and the tokens.")
    expires_at = models.DateTimeField(help_text="When what opens the mailbox now must have been renewed.")
    given_at = models.DateTimeField(default=now)
    renewed_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True, help_text="When the provider said that it is no more.")

    objects = ScopedQuerySet.as_manager()

    @property
    def label(self) -> str:
        """The provider, as people call it."""
        return PROVIDERS[self.provider].label

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Grants of the scope's touchpoints."""
        return scope.brand_and_place("touchpoint__brand_id", "touchpoint__place_id")


class Hook(models.Model):
    """A mail provider that posts to a touchpoint the letters written to its address."""

    touchpoint = models.OneToOneField(Touchpoint, on_delete=models.PROTECT, primary_key=True, related_name="hook")
    provider = models.CharField(max_length=20, help_text="A name in touchpoints/hook_providers.py.")
    sealed = models.BinaryField(editable=False, help_text="Sealed: the word of its address, and its signing key.")
    opened_at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    @property
    def label(self) -> str:
        """The provider, as people call it."""
        return HOOK_PROVIDERS[self.provider].label

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Hooks of the scope's touchpoints."""
        return scope.brand_and_place("touchpoint__brand_id", "touchpoint__place_id")


class Cursor(models.Model):
    """How far a folder was read. Ids are only worth something within their generation (UIDVALIDITY)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="cursors")
    #: Where, as an empty string would be no folder at all: host, user and folder belong together.
    place = models.CharField(max_length=800)
    generation = models.CharField(max_length=40)
    last = models.BigIntegerField(default=0, help_text="The last UID taken or left.")
    stuck_at = models.BigIntegerField(default=0, help_text="The UID before which the line keeps breaking.")
    stuck_times = models.PositiveIntegerField(default=0)
    alone_until = models.BigIntegerField(default=0, help_text="Up to this UID, messages are asked for one by one.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "place"], name="cursor_once")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Cursors of the scope's mailboxes."""
        return scope.brand_and_place("mailbox__touchpoint__brand_id", "mailbox__touchpoint__place_id")


class LeftThere(models.Model):
    """A message that stays on its server: refused for good (too large), or set aside until it can be had."""

    cursor = models.ForeignKey(Cursor, on_delete=models.CASCADE, related_name="left")
    message = models.CharField(max_length=100, help_text="Its id there: UID or UIDL.")
    size = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    is_refused = models.BooleanField(help_text="Counted as refused; else it is asked for again.")
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cursor", "message"], name="left_there_once")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """What stays on the servers of the scope's mailboxes."""
        return scope.brand_and_place("cursor__mailbox__touchpoint__brand_id", "cursor__mailbox__touchpoint__place_id")
