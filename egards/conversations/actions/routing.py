"""Words find their conversation: the one they answer, or one of their own with its promise. Live words only.

What is read and written for words that open a conversation does not grow with the batch; those that answer one are
taken one by one, each holding its conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from egards.conversations.actions.citing import cited_by, participants_of
from egards.conversations.actions.events import show, tell
from egards.conversations.actions.opening import Opening, answer_promise, new_conversation, write_openings
from egards.conversations.actions.promises import awaits_answer, make_promise, resume_promises
from egards.conversations.models import Conversation, Event, Link, Promise, Turn
from egards.conversations.rules.routing import Route, Said, Standing, Way, may_join_by_citing, route_of
from egards.conversations.tokens import conversation_id_of, link_id_of
from egards.core.happenings import happened
from egards.customers.models import Customer, TimelineEntry
from egards.interactions.actions import Recorded
from egards.interactions.models import Mode
from egards.touchpoints.inbound import Proof

State = Conversation.State


@dataclass(slots=True)
class _Known:
    """What the batch needs to know, read at once; ``open_ones`` grows as words of the batch open conversations.

    ``cited`` is interaction id → id of the conversation whose message it cites.
    """

    root_of: dict[UUID, UUID]
    links: dict[UUID, Link]
    met_before: set[UUID]
    open_ones: dict[tuple[UUID, UUID], list[Standing]]
    cited: Mapping[UUID, UUID]
    participants: Mapping[UUID, set[UUID]]
    opened: list[tuple[Opening, Conversation]] = field(default_factory=list)


def route(*, recorded: Sequence[Recorded], customers: Mapping[UUID, UUID]) -> list[Conversation]:
    """Give each new live word its conversation, in the caller's transaction; return the conversations touched.

    ``customers`` is interaction id → customer id, as ``identify`` found them.
    """
    waiting = [word for word in recorded if word.is_new and word.mode == Mode.LIVE]
    touched: list[Conversation | None] = []
    while waiting:
        words, waiting = _those_first(waiting)
        known = _read(words, customers)
        touched += [_route_one(word, customers.get(word.interaction_id), known) for word in words]
        write_openings(known.opened)
    return [conversation for conversation in touched if conversation is not None]


def _those_first(words: Sequence[Recorded]) -> tuple[list[Recorded], list[Recorded]]:
    """Cut a batch in two: words, then those that cite one of them and must find it in its conversation."""
    ids = {word.word.inbound.word_id for word in words} - {""}
    citing = [bool(ids.intersection(word.word.inbound.in_reply_to)) for word in words]
    if all(citing):  # they cite each other
        return list(words), []
    first = [word for word, is_citing in zip(words, citing, strict=True) if not is_citing]
    return first, [word for word, is_citing in zip(words, citing, strict=True) if is_citing]


def _read(words: Sequence[Recorded], customers: Mapping[UUID, UUID]) -> _Known:
    theirs = {customers[word.interaction_id] for word in words if word.interaction_id in customers}
    named = Customer.objects.filter(pk__in=theirs).values_list("pk", "merged_into_id")
    roots = {root or pk for pk, root in named}
    family = dict(
        Customer.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots)).values_list("pk", "merged_into_id")
    )
    root_of = {pk: root or pk for pk, root in family.items()}
    link_ids = [link_id for word in words if (link_id := link_id_of(word.word.inbound.reply_token))]
    links = Link.objects.filter(pk__in=link_ids, revoked_at=None) if link_ids else ()
    new = [word.interaction_id for word in words]
    met = TimelineEntry.objects.filter(customer_id__in=root_of, kind="word").exclude(ref__in=new)
    met_before = {root_of[pk] for pk in met.values_list("customer_id", flat=True).distinct()}
    cited = cited_by(words)
    participants = participants_of(cited.values()) if cited else {}
    return _Known(root_of, {link.pk: link for link in links}, met_before, _open_ones(root_of), cited, participants)


def _open_ones(root_of: Mapping[UUID, UUID]) -> dict[tuple[UUID, UUID], list[Standing]]:
    rows = Conversation.objects.filter(customer_id__in=root_of, joined_into=None).exclude(state=State.RESOLVED)
    found: dict[tuple[UUID, UUID], list[Standing]] = {}
    for pk, customer, brand, at in rows.order_by("-opened_at").values_list("pk", "customer_id", "brand_id", "state_at"):
        if customer is not None:
            found.setdefault((root_of[customer], brand), []).append(Standing(pk, False, at))
    return found


def _route_one(word: Recorded, customer_id: UUID | None, known: _Known) -> Conversation | None:
    root = known.root_of[customer_id] if customer_id else None
    link = _link(word, known)
    named = _named(word, link)
    cited = known.cited.get(word.interaction_id) if named is None else None
    is_trusted = cited is not None and _may_join(word, known.participants.get(cited, set()))
    found = _held(named or cited, word)
    answered = found if named or is_trusted else None
    received = word.word
    brand = received.touchpoint.brand
    said = Said(
        received_at=received.received_at,
        is_automatic=received.inbound.is_automatic,
        opens=received.touchpoint.behaviour().opens_conversations,
        reopened_within=timedelta(days=brand.reopened_within_days),
    )
    open_ones = known.open_ones.get((root, brand.pk), []) if root else []
    chosen = route_of(said, answers=_standing(answered), open_ones=open_ones, cited=_standing(found))
    if chosen.way == Way.OPEN:
        return _open(word, root, chosen, answered, known)
    if chosen.way == Way.NOWHERE or answered is None:
        return None
    why = Turn.Why.LINK if link else Turn.Why.TOKEN if named else Turn.Why.CITED
    _join(answered, word, root, link, why=why, is_quiet=chosen.way == Way.JOIN_QUIETLY)
    return answered


def _open(
    word: Recorded, root: UUID | None, chosen: Route, answered: Conversation | None, known: _Known
) -> Conversation:
    reason = ""
    if chosen.beside is not None:
        reason = Conversation.LinkReason.FOLLOWS if chosen.follows else Conversation.LinkReason.MAYBE
    opening = Opening(
        word=word,
        customer_id=root,
        is_first_contact=root is not None and root not in known.met_before,
        beside_id=chosen.beside,
        link_reason=reason,
        owner_id=answered.owner_id if answered else None,
    )
    conversation = new_conversation(opening)
    known.opened.append((opening, conversation))
    if root is not None:
        known.met_before.add(root)
        ours = known.open_ones.setdefault((root, conversation.brand_id), [])
        ours.insert(0, Standing(conversation.pk, False, conversation.state_at))
    return conversation


def _link(word: Recorded, known: _Known) -> Link | None:
    """The link that a word came through, if it may still be used: on our own pages only, never in a mail."""
    if not word.word.touchpoint.behaviour().has_page:
        return None
    token = word.word.inbound.reply_token
    link = known.links.get(link_id_of(token) or UUID(int=0)) if token else None
    return link if link and link.expires_at > word.word.received_at else None


def _named(word: Recorded, link: Link | None) -> UUID | None:
    """The conversation that a word's token names: only we can have made it."""
    return link.conversation_id if link else conversation_id_of(word.word.inbound.reply_token)


def _may_join(word: Recorded, participants: set[UUID]) -> bool:
    return may_join_by_citing([(author.id, author.proof) for author in word.authors], participants)


def _held(wanted: UUID | None, word: Recorded) -> Conversation | None:
    """The conversation that a word answers or cites, within the brand that was written to, held until the commit."""
    if wanted is None:
        return None
    rows = Conversation.objects.select_for_update(of=("self",))
    rows = rows.select_related("brand", "team", "customer", "touchpoint", "owner")
    found = rows.filter(pk=wanted, brand_id=word.word.touchpoint.brand_id).first()
    while found is not None and found.joined_into_id:
        found = rows.get(pk=found.joined_into_id)
    return found


def _standing(conversation: Conversation | None) -> Standing | None:
    if conversation is None:
        return None
    return Standing(conversation.pk, conversation.state == State.RESOLVED, conversation.state_at)


def _join(
    conversation: Conversation,
    word: Recorded,
    root: UUID | None,
    link: Link | None,
    *,
    why: Turn.Why,
    is_quiet: bool,
) -> None:
    at = word.word.received_at
    Turn.objects.create(
        interaction_id=word.interaction_id,
        conversation=conversation,
        at=at,
        why=why,
        link=link,
        is_to_confirm=link is None and not (_is_same_person(conversation, root) and _is_not_disowned(word)),
    )
    if not is_quiet:
        _heard(conversation, word, at)
    show(conversation.pk, conversation.touchpoint_id)


def _is_same_person(conversation: Conversation, root: UUID | None) -> bool:
    customer = conversation.customer
    return root is not None and customer is not None and (customer.merged_into_id or customer.pk) == root


def _is_not_disowned(word: Recorded) -> bool:
    """The domain of an address may say that it did not write this (DMARC): then a person looks at it."""
    return any(author.proof != Proof.NONE for author in word.authors)


def _heard(conversation: Conversation, word: Recorded, at: datetime) -> None:
    """The customer spoke again: the conversation is open, and somebody answers by a time."""
    if conversation.state != State.OPEN:
        kind = Event.Kind.REOPENED if conversation.state == State.RESOLVED else Event.Kind.WOKEN
        conversation.state, conversation.state_at, conversation.snoozed_until = State.OPEN, at, None
        tell(conversation, kind, at=at)
    conversation.last_in_id, conversation.last_in_at = word.interaction_id, at
    conversation.asked_at = conversation.asked_at or at
    conversation.version += 1
    fields = ["state", "state_at", "snoozed_until", "last_in", "last_in_at", "asked_at", "version"]
    conversation.save(update_fields=fields)
    resume_promises(conversation, at=at)
    if not awaits_answer(conversation):  # an answer written before they spoke again does not answer this word
        make_promise(
            conversation=conversation,
            by=None,
            kind=Promise.Kind.ANSWER,
            due_at=answer_promise(conversation, at),
            owner=conversation.owner,
            hours=(conversation.team.hours if conversation.team else None) or conversation.brand.hours,
            at=at,
        )
    happened("conversation heard", [conversation.pk])
