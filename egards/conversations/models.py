"""One need of one customer, over any number of touchpoints: its words, its promises, what was done about it.

Events are facts (ids and codes only). The columns of a conversation that lists sort by are derived from them.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand, Hours, Member, Place, Team
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.customers.models import Customer
from egards.interactions.models import Blob, Handle, Interaction
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.queries import touchpoint_ids


class NextNumber(models.Func):
    """The next number of a conversation, as customers and members say it."""

    template = "nextval('conversations_number'::regclass)"
    output_field = models.BigIntegerField()


class Conversation(models.Model):
    """One need of one customer, with one owner. Where it began is its fence; the channel is on its words."""

    class State(models.TextChoices):
        """Whose turn it is."""

        OPEN = "open", _("open")
        WAITING = "waiting", _("waiting for the customer")
        SNOOZED = "snoozed", _("snoozed")
        RESOLVED = "resolved", _("resolved")

    class LinkReason(models.TextChoices):
        """Why it stands beside another."""

        MAYBE = "maybe", _("maybe the same need")
        FOLLOWS = "follows", _("comes after a closed one")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True, db_default=NextNumber())
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+", help_text="Where it began.")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="conversations")
    need = models.TextField(blank=True, help_text="What it is about, in one line. Erasable.")
    is_need_named = models.BooleanField(default=False, help_text="A person named it; the engine leaves it alone.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    state_at = models.DateTimeField(default=now)
    snoozed_until = models.DateTimeField(null=True)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    linked_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="linked")
    link_reason = models.CharField(max_length=8, choices=LinkReason.choices, blank=True)
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")
    is_first_contact = models.BooleanField(default=False, help_text="The customer's first word ever: a promise apart.")
    opened_at = models.DateTimeField()
    last_in = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="When the next promise is due that somebody must act on.")
    asked_at = models.DateTimeField(null=True, help_text="When the customer first asked for a person.")
    answered_at = models.DateTimeField(null=True, help_text="When a person first answered.")
    answer_worked_seconds = models.BigIntegerField(null=True, help_text="Open time between the two.")
    version = models.IntegerField(default=0, help_text="Rises with each word: nobody answers what they have not seen.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at"], name="conversation_owner", condition=~models.Q(state="resolved")),
            models.Index(
                fields=["touchpoint", "due_at"], name="conversation_live", condition=~models.Q(state="resolved")
            ),
            models.Index(fields=["touchpoint", "-state_at", "id"], name="conversation_state"),
            models.Index(fields=["touchpoint", "asked_at"], name="conversation_asked"),
            models.Index(fields=["snoozed_until"], name="conversation_snoozed", condition=models.Q(state="snoozed")),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Conversations that began at the scope's touchpoints."""
        return _began_in(scope, "touchpoint_id")


class Turn(models.Model):
    """A word of a conversation: an interaction belongs to one conversation at most."""

    class Why(models.TextChoices):
        """Why it stands there."""

        FIRST = "first", _("opened it")
        LINK = "link", _("came through its follow-up link")
        TOKEN = "token", _("answers a message of ours")
        CITED = "cited", _("cites a message that we know")
        OURS = "ours", _("written here")
        MEMBER = "member", _("put there by a member")
        JOINED = "joined", _("came with a joined conversation")

    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, primary_key=True, related_name="turn")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="turns", db_index=False)
    at = models.DateTimeField(help_text="When we received it, or sent it.")
    why = models.CharField(max_length=8, choices=Why.choices)
    link = models.ForeignKey("Link", on_delete=models.PROTECT, null=True, related_name="turns")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who of us wrote.")
    is_program = models.BooleanField(default=False, help_text="Written by the house itself, and said so.")
    is_to_confirm = models.BooleanField(default=False, help_text="Its author is not known to be the customer.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["conversation", "at"], name="turn_of_conversation")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Words of the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class Promise(models.Model):
    """What we told the customer we would do, by when. What follows from its events stands in its columns."""

    class Kind(models.TextChoices):
        """What was promised."""

        ANSWER = "answer", _("an answer")
        CALL = "call", _("a call")
        OTHER = "other", _("something else")

    class Status(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("to keep")
        PAUSED = "paused", _("waits for the customer")
        KEPT = "kept", _("kept")
        BROKEN = "broken", _("not kept")
        LATE = "late", _("kept too late")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    what = models.TextField(blank=True, help_text="In our words; empty for an answer. Erasable.")
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    hours = models.ForeignKey(Hours, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    budget_seconds = models.BigIntegerField(null=True, help_text="Open time allowed; null: a date was said.")
    due_at = models.DateTimeField(null=True, help_text="Null while it waits for the customer.")
    first_due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    settled_at = models.DateTimeField(null=True, help_text="When it was kept, late or not, or withdrawn.")
    broken_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="promise_due", condition=models.Q(status="open")),
            models.Index(fields=["made_at"], name="promise_made"),
            models.Index(Coalesce("due_at", "broken_at", "settled_at"), name="promise_fell"),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Promises of the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class Event(models.Model):
    """Something that happened to a conversation or to one of its promises: a fact, ids and codes only."""

    class Kind(models.TextChoices):
        """What happened. Those of a promise are what ``rules.promises`` counts with."""

        OPENED = "opened", _("opened")
        REOPENED = "reopened", _("reopened")
        ASSIGNED = "assigned", _("assigned")
        SNOOZED = "snoozed", _("snoozed")
        WOKEN = "woken", _("woken")
        RESOLVED = "resolved", _("resolved")
        NEED_NAMED = "need_named", _("need named")
        REPEATED = "repeated", _("had to repeat")
        JOINED = "joined", _("joined")
        CALLED = "called", _("called")
        WRITTEN = "written", _("answer written")
        LEFT = "left", _("answer left")
        SEND_FAILED = "send_failed", _("could not be sent")
        SEND_REFUSED = "send_refused", _("was not allowed to leave")
        CONFIRMED = "confirmed", _("author confirmed")
        MADE = "made", _("promised")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        RENEGOTIATED = "renegotiated", _("renegotiated")
        KEPT = "kept", _("kept")
        RETURNED = "returned", _("what kept it came back")
        BROKEN = "broken", _("broken")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="events", db_index=False)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null: the house.")
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    detail = models.JSONField(default=dict, help_text="Ids, codes and dates.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["conversation", "at"], name="event_of_conversation")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Events of the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class Note(models.Model):
    """What members tell each other about a conversation. The customer may ask to read it. Erasable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    text = models.TextField()
    warned_of = models.JSONField(default=list, help_text="Codes of the hints shown before it was kept.")

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Notes on the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class Draft(models.Model):
    """What a member writes; once sent, what leaves in a moment, apart so that a new one may be begun. Erasable."""

    class Via(models.TextChoices):
        """How it goes to the customer."""

        EMAIL = "email", _("e-mail")
        PAGE = "page", _("follow-up page")

    class Then(models.TextChoices):
        """What becomes of the conversation once it has left."""

        WAITING = "waiting", _("wait for the customer")
        OPEN = "open", _("keep it open")
        RESOLVED = "resolved", _("resolve it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="drafts")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=8, choices=Via.choices, default=Via.EMAIL)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, null=True, related_name="+", help_text="To whom.")
    text = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="An internal note not yet kept.")
    promised = models.TextField(blank=True, help_text="What it promises.")
    promised_by = models.DateTimeField(null=True, help_text="By when.")
    renegotiates = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    then = models.CharField(max_length=8, choices=Then.choices, default=Then.WAITING)
    seen_version = models.IntegerField(default=0, help_text="The conversation's version when it was written.")
    at = models.DateTimeField(default=now)
    leaves_at = models.DateTimeField(null=True, help_text="When it leaves; null while it is being written.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "member"], condition=models.Q(leaves_at=None), name="draft_once"
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(leaves_at__isnull=False), name="draft_leaving_once"
            ),
        ]
        indexes = [
            models.Index(fields=["leaves_at"], name="draft_leaving", condition=models.Q(leaves_at__isnull=False))
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Drafts in the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class DraftFile(models.Model):
    """A file that a draft will carry. Erasable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=200)
    size = models.BigIntegerField()

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Files of drafts in the scope's conversations."""
        return _began_in(scope, "draft__conversation__touchpoint_id")


class Link(models.Model):
    """A customer's way to their follow-up page. Its token is made from its id (``rules/tokens.py``), never kept."""

    class Level(models.TextChoices):
        """What its holder has shown: nothing but having written here, or that they read that address."""

        SCREEN = "screen", _("shown on screen")
        MAILED = "mailed", _("sent to their address")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="links")
    level = models.CharField(max_length=8, choices=Level.choices)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Links to the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class CallBack(models.Model):
    """A call that a customer asked for, at an hour they chose. The promise says whether it took place in time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="call_backs")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="call_back")
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, help_text="Reached, given up, or no longer wanted.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["brand", "starts_at"], name="call_back_slot", condition=models.Q(ended_at=None))
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Calls of the scope's conversations."""
        return _began_in(scope, "conversation__touchpoint_id")


class SavedReply(models.Model):
    """A reply ready to be made one's own, with fields to fill (``rules/merge_fields.py``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="saved_replies")
    title = models.CharField(_("title"), max_length=120)
    shortcut = models.SlugField(_("shortcut"), max_length=40, blank=True)
    text = models.TextField(_("text"))
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "title"], name="saved_reply_title")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Saved replies of the scope's brands."""
        return scope.brand_and_place("brand_id")


class SavedView(models.Model):
    """A member's own view of the queue: a name and what it keeps."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    keeps = models.JSONField(default=dict, help_text="Filter codes and ids (conversations/queries/views.py).")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="saved_view_name")]


def _began_in(scope: Scope, column: str) -> models.Q:
    return models.Q() if scope.is_house else models.Q(**{f"{column}__in": touchpoint_ids(scope)})
