"""One conversation with its thread, and what answering it needs, in two questions to the base.

Lists come back as small JSON arrays beside the conversation's row: a page asks once, however long the thread is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.expressions import BaseExpression
from django.db.models.fields.json import KT
from django.db.models.functions import JSONObject, Left

from egards.accounts.models import Brand, Member, Role, Team
from egards.accounts.scope import Scope
from egards.conversations.models import (
    CallBack,
    Conversation,
    Draft,
    DraftFile,
    Event,
    Link,
    Note,
    Promise,
    SavedReply,
    SavedView,
    Turn,
)
from egards.conversations.queries import opened as rows
from egards.conversations.queries.opened import Address, Opened, TurnRow
from egards.conversations.queries.views import here
from egards.core.house_mark import is_shown_as_demo
from egards.core.questions import Question, Records
from egards.customers.models import Customer, Identity
from egards.interactions.models import Attachment, Content, Delivery, Outcome, Participation, Unreachable
from egards.touchpoints.inbound import Proof
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

#: A longer thread shows its end, and the rest when asked.
MOST_TURNS = 60
MOST_OF_ALL = 600
_TEXT = 100_001
#: Stand for the conversation and the member in the question, which is put together once.
_TALK, _MEMBER = UUID(int=1), UUID(int=2)
_ADDRESS = {"kind": "handle__kind", "value": "handle__value", "name": "handle__name"}
_SURE = (Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED)
_READING = (
    *("engine", "version", "at", "language", "polarity", "is_ambiguous"),
    *("urgency", "intents", "themes", "reasons"),
)


def opened(pk: UUID, *, member: Member, scope: Scope, people: Scope | None, most: int = MOST_TURNS) -> Opened | None:
    """Return a conversation with its last ``most`` words (two queries); None when out of the scope.

    ``people`` is where the member may know customers by name and address; None when nowhere.
    """
    found = _conversation(scope).ask({_TALK: pk})
    if not found:
        return None
    answer = _question(most).ask({_TALK: pk, _MEMBER: member.pk})
    return _opened(found[0], json.loads(answer[0][0]), scope, people, most) if answer else None


@lru_cache(maxsize=128)
def _conversation(scope: Scope) -> Records[Conversation]:
    """Put together the conversation's row with those it names, within ``scope``."""
    houses = ("brand", "brand__hours", "touchpoint", "place", "owner", "team", "team__hours")
    rows = Conversation.objects.filter(here(scope), pk=_TALK)
    return Records.of(rows, *houses, "customer", "customer__merged_into", "joined_into")


@cache
def _question(most: int) -> Question:
    """Put together everything that hangs on a conversation, with stand-ins for it and for who asks."""
    parts: dict[str, BaseExpression] = {
        "turns": _turns(most),
        "notes": _rows(_of(Note).order_by("at"), "id", "at", "text", by="by__name"),
        "events": _events(),
        "promises": _promises(),
        "calls": _calls(),
        "drafts": _drafts(),
        "beside": _besides(),
        "colleagues": _colleagues(),
        "teams": _rows(Team.objects.filter(brand_id=OuterRef("brand_id")).order_by("name"), "id", "name"),
        "replies": _replies(),
        "known": _known(),
        "views": _rows(SavedView.objects.filter(member_id=_MEMBER).order_by("name", "pk"), "id", "name", "keeps"),
        "has_sisters": Exists(Brand.objects.exclude(pk=OuterRef("brand_id"))),
        "is_proved": Exists(_mailboxes().exclude(proved_at=None)),
        "has_page": Exists(_of(Link).filter(level=Link.Level.SCREEN, revoked_at=None)),
    }
    return Question.of(Conversation.objects.filter(pk=_TALK).values_list(JSONObject(**parts)))


def _opened(row: Conversation, lists: dict[str, Any], scope: Scope, people: Scope | None, most: int) -> Opened:
    turns = [rows.turn_row(found) for found in reversed(lists["turns"])]
    drafts = [draft for found in lists["drafts"] if (draft := rows.draft_row(found))]
    known = [rows.address(found) for found in lists["known"]]
    touchpoint = row.touchpoint
    return Opened(
        conversation=row,
        turns=turns[-most:],
        has_earlier=len(turns) > most,
        notes=[rows.note_row(found) for found in lists["notes"]],
        events=[rows.event_row(found) for found in lists["events"]],
        promises=[rows.promise_row(found) for found in lists["promises"]],
        call=rows.call_row(rows.first(lists["calls"])),
        draft=next((draft for draft in drafts if draft.leaves_at is None), None),
        leaving=next((draft for draft in drafts if draft.leaves_at is not None), None),
        beside=[rows.beside(found) for found in lists["beside"] if _is_in(scope, found["brand"], found["spot"])],
        colleagues=[rows.named(found) for found in lists["colleagues"]],
        teams=[rows.named(found) for found in lists["teams"]],
        replies=[rows.reply_row(found) for found in lists["replies"]],
        views=[SavedView(id=UUID(one["id"]), name=one["name"], keeps=one["keeps"]) for one in lists["views"]],
        emails=_ways(turns, known, "email"),
        phones=_ways(turns, known, "phone"),
        has_page=lists["has_page"],
        tells_brand=lists["has_sisters"] if scope.is_house else len(scope.all_brands) > 1,
        is_proved=lists["is_proved"] or is_shown_as_demo(),  # a demo has nothing to prove
        may_name=people is not None and _is_in(people, str(touchpoint.brand_id), str(touchpoint.place_id)),
    )


def _is_in(scope: Scope, brand: str, place: str | None) -> bool:
    """Whether a touchpoint of that brand and place is within the scope: ``Touchpoint.in_scope``, on a row at hand."""
    return scope.is_house or brand in map(str, scope.brands) or (place or "") in map(str, scope.places)


def _ways(turns: Sequence[TurnRow], known: Iterable[Address], kind: str) -> list[Address]:
    """Best first, as ``reach.addresses_of`` settles it: what they wrote from last, then what we know to be theirs.

    Those that do not receive any more come last.
    """
    found: dict[UUID, Address] = {}
    for turn in reversed(turns):
        if not (turn.is_ours or turn.is_to_confirm):
            for author in turn.authors:
                found.setdefault(author.handle_id, author)
    for address in known:
        found.setdefault(address.handle_id, address)
    theirs = [address for address in found.values() if address.kind == kind and address.value]
    return sorted(theirs, key=lambda address: address.is_gone)


def _turns(most: int) -> ArraySubquery:
    word = {"content_id": OuterRef("interaction_id")}
    attached = Attachment.objects.filter(interaction_id=OuterRef("interaction_id")).order_by("id")
    parties = Participation.objects.filter(interaction_id=OuterRef("interaction_id")).order_by("id")
    arrived = Outcome.objects.filter(interaction_id=OuterRef("interaction_id"), status=Outcome.Status.DUPLICATE)
    deliveries = Delivery.objects.filter(interaction_id=OuterRef("interaction_id"))
    return _rows(
        _of(Turn).order_by("-at", "-interaction_id")[: most + 1],
        *("at", "why", "by_id", "is_program", "is_to_confirm"),
        id="interaction_id",
        direction="interaction__direction",
        score="interaction__score",
        kind="interaction__touchpoint__kind",
        touchpoint="interaction__touchpoint__name",
        by="by__name",
        level="link__level",
        content=_content(),
        reading=_rows(Reading.objects.filter(**word, is_current=True), *_READING, by_name="by__name"),
        files=_rows(attached, "id", "name", size="blob__size"),
        authors=_rows(parties.filter(role="author"), "handle_id", **_ADDRESS, is_gone=_is_gone()),
        others=_rows(parties.filter(role__in=("cc", "forwarder")), "handle_id", "role", **_ADDRESS),
        arrived=_rows(arrived, name="touchpoint__name"),
        sent=_rows(deliveries, "state", "sent_at", "error", "is_uncertain", "provider_id"),
    )


def _content() -> ArraySubquery:
    return _rows(
        Content.objects.filter(interaction_id=OuterRef("interaction_id")),
        *("subject", "problems", "around"),
        text=Left("text", _TEXT),
        has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()),
        said_name=KT("facts__author_name"),
    )


def _events() -> ArraySubquery:
    return _rows(
        _of(Event).order_by("at", "id"), "id", "at", "kind", "interaction_id", "promise_id", "detail", by="by__name"
    )


def _promises() -> ArraySubquery:
    columns = ("id", "kind", "what", "status", "made_at", "due_at", "settled_at", "broken_at", "owner_id")
    return _rows(_of(Promise).order_by("made_at", "id"), *columns, owner="owner__name")


def _calls() -> ArraySubquery:
    waited = _of(CallBack).filter(ended_at=None).order_by("starts_at")[:1]
    return _rows(waited, "id", "starts_at", "ends_at", "tries", phone="handle__value")


def _drafts() -> ArraySubquery:
    shown = _of(Draft).filter(Q(member_id=_MEMBER) | Q(leaves_at__isnull=False))
    columns = ("via", "text", "note", "promised", "promised_by", "then", "seen_version", "leaves_at")
    files = DraftFile.objects.filter(draft_id=OuterRef("pk")).order_by("id")
    return _rows(
        shown.order_by("leaves_at"),
        *("id", "member_id", "handle_id", "renegotiates_id", *columns),
        name="member__name",
        files=_rows(files, "id", "name", "size"),
    )


def _besides() -> ArraySubquery:
    """Both ways: the one it was opened beside, and those opened beside it; not what is joined already."""
    either = Q(pk=OuterRef("linked_to_id")) | Q(linked_to_id=OuterRef("pk"))
    reason = Case(When(pk=OuterRef("linked_to_id"), then=OuterRef("link_reason")), default=F("link_reason"))
    found = Conversation.objects.filter(either, joined_into=None).order_by("-opened_at")
    where = {"brand": "touchpoint__brand_id", "spot": "touchpoint__place_id"}
    return _rows(found, "id", "number", "need", "state", reason=reason, **where)


def _colleagues() -> ArraySubquery:
    """Who may take it over: those who answer customers of its brand, or of the whole house."""
    holding = Role.objects.filter(Q(brand_id=OuterRef(OuterRef("brand_id"))) | Q(brand=None))
    answering = holding.filter(name__in=("adviser", "manager", "store", "admin"), member_id=OuterRef("pk"))
    members = Member.objects.filter(Exists(answering), is_active=True)
    return _rows(members.order_by("sort_key", "pk"), "id", "name")


def _replies() -> ArraySubquery:
    saved = SavedReply.objects.filter(brand_id=OuterRef("brand_id")).order_by("title")
    return _rows(saved, "id", "title", "shortcut", "text")


def _known() -> ArraySubquery:
    theirs = Customer.objects.filter(
        Q(pk=OuterRef(OuterRef("customer_id"))) | Q(merged_into_id=OuterRef(OuterRef("customer__merged_into_id")))
        | Q(pk=OuterRef(OuterRef("customer__merged_into_id"))) | Q(merged_into_id=OuterRef(OuterRef("customer_id")))
    )  # fmt: skip
    sure = Identity.objects.filter(customer_id__in=theirs.values("pk"), ended_at=None, proof__in=_SURE)
    shown = sure.filter(handle__kind__in=("email", "phone")).exclude(handle__value="").order_by("-at")
    return _rows(shown, "handle_id", **_ADDRESS, is_gone=_is_gone())


def _is_gone() -> Exists:
    """Whether a letter came back for good from that address, and nobody wrote from it since."""
    return Exists(Unreachable.objects.filter(handle_id=OuterRef("handle_id"), ended_at=None))


def _mailboxes() -> QuerySet[Touchpoint]:
    """Whence an e-mail leaves."""
    return Touchpoint.objects.filter(brand_id=OuterRef("brand_id"), kind="mail", is_open=True)


def _of(model: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(conversation_id=OuterRef("pk"))
    return found


def _rows(found: QuerySet[Any], *names: str, **renamed: str | BaseExpression) -> ArraySubquery:
    return ArraySubquery(found.values(row=JSONObject(**{name: name for name in names}, **renamed)))
