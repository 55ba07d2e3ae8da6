"""Facts: what arrived, what was said, by whom. Facts hold no personal word; contents, handles, blobs are erasable."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Place
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.catalogue.models import Product
from egards.core.clock import now
from egards.core.ids import new_id
from egards.touchpoints.inbound import Proof
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.queries import touchpoint_ids

#: PostgreSQL cannot index more than about 1 MB of text: the search document stops here.
SEARCHED_CHARACTERS = 200_000
#: A live word that claims to be older than this is treated as an archive, and listed.
LIVE_FOR = timedelta(days=7)


class Mode(models.TextChoices):
    """Live words open promises and alerts; archives are recorded, identified and read, and nothing leaves."""

    LIVE = "live"
    ARCHIVE = "archive"


class SearchDocument(models.Func):
    """``to_tsvector`` over subject and text, with the house's French configuration."""

    output_field = SearchVectorField()
    arg_joiner = " || ' ' || "
    template = f"to_tsvector('egards_fr'::regconfig, left(%(expressions)s, {SEARCHED_CHARACTERS}))"


class Blob(models.Model):
    """Bytes kept once: small ones in the base, larger ones in a file under ``blobs/``. Erasable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.BinaryField(max_length=32, unique=True, help_text="Keyed hash of the bytes.")
    size = models.BigIntegerField()
    data = models.BinaryField(null=True)
    path = models.CharField(max_length=120, blank=True, help_text="Below the blobs folder; empty when in the base.")


class Batch(models.Model):
    """Deliveries that came in together: one import, or a touchpoint's live flow. Carries what the parser needs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="batches")
    source = models.CharField(max_length=300, help_text="Name of the file or folder imported. Erasable.")
    options = models.JSONField(default=dict, help_text="What the kind's parser was told (column plan…).")
    started_at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Batches of the scope's touchpoints."""
        return _by_touchpoint(scope)


class Arrival(models.Model):
    """One delivery to us, with its raw bytes: a fact. Many arrivals may point to one interaction."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    transport_key = models.BinaryField(max_length=32, help_text="Keyed hash of how the delivery is known.")
    received_at = models.DateTimeField()
    mode = models.CharField(max_length=7, choices=Mode.choices)
    blob = models.ForeignKey(Blob, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.BigIntegerField(default=0, help_text="Line or offset in the batch's source.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["touchpoint", "transport_key"], name="arrival_once")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Arrivals at the scope's touchpoints."""
        return _by_touchpoint(scope)


class Waiting(models.Model):
    """Arrivals that nobody has read yet: a narrow queue, empty at rest."""

    arrival = models.OneToOneField(Arrival, on_delete=models.CASCADE, primary_key=True, db_constraint=False)
    touchpoint_id = models.UUIDField()
    mode = models.CharField(max_length=7, choices=Mode.choices)
    reader = models.BigIntegerField(null=True, help_text="The database session of who reads it now, or died reading.")
    begun = models.SmallIntegerField(db_default=0, help_text="How many readers began it.")

    class Meta:
        indexes = [models.Index(fields=["arrival"], name="waiting_live", condition=models.Q(mode="live"))]


class Interaction(models.Model):
    """One contact event at a touchpoint: a fact, append-only, without a personal word."""

    class Direction(models.TextChoices):
        """Said to us, or by us."""

        IN = "in"
        OUT = "out"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    mode = models.CharField(max_length=7, choices=Mode.choices)
    happened_at = models.DateTimeField(help_text="Claimed by the source, kept between 2000 and receipt.")
    received_at = models.DateTimeField(help_text="Ours: when the first arrival came in.")
    recorded_at = models.DateTimeField(default=now)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    is_automatic = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    scale_low = models.FloatField(null=True)
    scale_high = models.FloatField(null=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["touchpoint", "-happened_at", "id"], name="interaction_at_touchpoint")]

    @property
    def was_old(self) -> bool:
        """Said to have happened more than a week before it came in, by whichever door."""
        return self.received_at - self.happened_at > LIVE_FOR

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Interactions at the scope's touchpoints."""
        return _by_touchpoint(scope)


class Outcome(models.Model):
    """What became of an arrival. One row per arrival once it was read; absent while it waits."""

    class Status(models.TextChoices):
        """The three ends of an arrival; with ``refused`` (never an arrival) and ``waiting`` they are the law."""

        STORED = "stored"
        DUPLICATE = "duplicate"
        QUARANTINED = "quarantined"

    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, primary_key=True, related_name="outcome")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=11, choices=Status.choices)
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="outcomes")
    reason = models.TextField(blank=True, help_text="Why it is in quarantine. Erasable.")
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["touchpoint", "arrival"], name="outcome_quarantined", condition=models.Q(status="quarantined")
            )
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Outcomes at the scope's touchpoints."""
        return _by_touchpoint(scope)


class ContentKey(models.Model):
    """One word is one key: of its provider's id, or of its Message-ID, author, date and normalised body."""

    key = models.BinaryField(max_length=32, primary_key=True)
    interaction_id = models.UUIDField()


class Handle(models.Model):
    """An address as it appeared. The digest stays when the value is erased, so that it is known but not readable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32, unique=True, help_text="Keyed hash of kind and normalised value.")
    value = models.TextField(help_text="Normalised. Erasable.")
    name = models.TextField(blank=True, help_text="The name that last stood beside it. Erasable.")
    is_shared = models.BooleanField(default=False, help_text="Seen with more than 5 people: it links nobody.")


class Participation(models.Model):
    """A handle in a role in an interaction: a fact."""

    class RoleName(models.TextChoices):
        """How the handle took part."""

        AUTHOR = "author"
        TO = "to"
        CC = "cc"
        ABOUT = "about"
        ON_BEHALF_OF = "on_behalf_of"
        FORWARDER = "forwarder"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="participations")
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(max_length=12, choices=RoleName.choices)
    proof = models.CharField(max_length=13, choices=[(p.value, p.value) for p in Proof])


class Content(models.Model):
    """The words of an interaction, apart from the fact that it took place. Erasable."""

    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, primary_key=True, related_name="content")
    touchpoint_id = models.UUIDField()
    at = models.DateTimeField(help_text="Copy of happened_at, for search.")
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="What else the source said: place, product, author's name…")
    problems = models.JSONField(default=list, help_text="What could not be read as it should, in sentences.")
    around = models.JSONField(
        default=dict, db_default={}, help_text="What stands around the words: see ``around.py``. Erasable."
    )
    search = models.GeneratedField(
        expression=SearchDocument("subject", "text"), output_field=SearchVectorField(), db_persist=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="content_search"),
            models.Index(fields=["-at", "interaction"], name="content_at"),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Contents at the scope's touchpoints."""
        return _by_touchpoint(scope)


class KnownId(models.Model):
    """Under which id a word is known outside (its Message-ID): a keyed hash. A claim, so several words may bear one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.BinaryField(max_length=32)
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="known_id")]


class Attachment(models.Model):
    """A file that came with a word. Name and type are the sender's claims; served as download only. Erasable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    name = models.TextField(blank=True)
    content_type = models.CharField(max_length=200, blank=True)
    content_id = models.CharField(max_length=300, blank=True)

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Attachments of the scope's interactions."""
        return _by_touchpoint(scope, "interaction__touchpoint_id")


class Tally(models.Model):
    """Appended counts, one row per batch, hour and status: sums of these are the law's figures. Never updated."""

    id = models.BigAutoField(primary_key=True)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    status = models.CharField(max_length=11, help_text="received, stored, duplicate, quarantined or refused.")
    n = models.IntegerField(help_text="May be negative when a replay moves an arrival out of quarantine.")

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Counts of the scope's touchpoints."""
        return _by_touchpoint(scope)


class Delivery(models.Model):
    """Something that leaves the house. No row without a permit; none caused by an archive (a trigger refuses).

    No personal word: what leaves stands in ``Content``, ``Attachment`` and ``OutgoingLetter``.
    """

    class State(models.TextChoices):
        """How far it went."""

        WAITING = "waiting", _("waits")
        SENT = "sent", _("left")
        FAILED = "failed", _("could not leave")
        HELD = "held", _("held back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, related_name="delivery")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+", db_index=False)
    permit_id = models.UUIDField(unique=True)
    cause = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="+")
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=now)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(null=True, default=now, help_text="Not before; null once it is over.")
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, help_text="Why it is not gone: our own sentence.")
    is_uncertain = models.BooleanField(default=False, db_default=False, help_text="It may have left all the same.")
    is_automatic = models.BooleanField(default=False, db_default=False, help_text="Written by the house itself.")
    reply_token = models.CharField(max_length=64, blank=True, help_text="Where an answer goes; opens nothing.")
    message_id = models.CharField(max_length=320, blank=True, help_text="The same at each try.")
    provider_id = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["touchpoint", "state", "-id"], name="delivery_at_touchpoint"),
            models.Index(fields=["reply_token"], name="delivery_answered", condition=~models.Q(reply_token="")),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Deliveries at the scope's touchpoints."""
        return _by_touchpoint(scope)


class Unreachable(models.Model):
    """An address that a letter of ours came back from for good, until its holder writes from it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="unreachable")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+", help_text="What came back.")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, help_text="When it was heard from again.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handle"], condition=models.Q(ended_at=None), name="unreachable_once")
        ]


class OutgoingLetter(models.Model):
    """How a delivery is dressed for its way: greeting, promise, button, signature. Erasable.

    The words themselves are the interaction's content; without a letter they leave as they are.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, primary_key=True, related_name="letter")
    text = models.TextField()
    html = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Letters that leave from the scope's touchpoints."""
        return _by_touchpoint(scope, "delivery__touchpoint_id")


def _by_touchpoint(scope: Scope, column: str = "touchpoint_id") -> models.Q:
    if scope.is_house:
        return models.Q()
    return models.Q(**{f"{column}__in": touchpoint_ids(scope)})
