"""Which conversation a word cites: by the ids of messages that we know, within the brand that was written to.

An id is a claim that anybody can copy: one that several words bear names none of them, and an empty one is no id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from egards.conversations.models import Conversation, Turn
from egards.interactions.actions import Recorded, known_id_digest
from egards.interactions.models import KnownId, Participation

#: How many ids of a word are looked up: the one answered first, then the newest references.
MOST_IDS = 20
_TAKING_PART = ("author", "to", "cc")


def cited_by(words: Sequence[Recorded]) -> dict[UUID, UUID]:
    """Return interaction id → id of the conversation that the word cites, for those that cite one we know.

    Of several messages cited, the first one that stands in a conversation counts.
    """
    digests = {word.interaction_id: _digests(word) for word in words}
    wanted = {digest for cited in digests.values() for digest in cited}
    if not wanted:
        return {}
    new = [word.interaction_id for word in words]
    conversations = _conversations_of(wanted, new)
    found = {}
    for word, cited in digests.items():
        where = next((conversations[digest] for digest in cited if digest in conversations), None)
        if where is not None:
            found[word] = where
    return found


def participants_of(conversation_ids: Iterable[UUID]) -> Mapping[UUID, set[UUID]]:
    """Return conversation id → handles of who takes part: authors, and those who were written to or put in copy.

    Words whose author is still to be confirmed bring nobody in, neither themselves nor whom they copied.
    """
    rows = Participation.objects.filter(
        Q(role__in=_TAKING_PART),
        interaction__turn__conversation_id__in=list(conversation_ids),
        interaction__turn__is_to_confirm=False,
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for conversation, handle in rows.values_list("interaction__turn__conversation_id", "handle_id"):
        found[conversation].add(handle)
    return found


def _digests(word: Recorded) -> list[bytes]:
    brand = word.word.touchpoint.brand_id
    cited = [one for one in word.word.inbound.in_reply_to if one.strip()][:MOST_IDS]
    return [known_id_digest(brand, one) for one in cited]


def _conversations_of(digests: set[bytes], new: Sequence[UUID]) -> dict[bytes, UUID]:
    """Where the messages known by these ids stand; an id that two words bear, of whatever conversation, names none."""
    bearers: dict[bytes, list[UUID]] = defaultdict(list)
    rows = KnownId.objects.filter(digest__in=digests).exclude(interaction_id__in=new)
    for digest, interaction in rows.values_list("digest", "interaction_id"):
        bearers[bytes(digest)].append(interaction)
    known = {digest: words[0] for digest, words in bearers.items() if len(words) == 1}
    turns = Turn.objects.filter(pk__in=known.values(), is_to_confirm=False)
    standing = dict(turns.values_list("pk", "conversation_id"))
    return {digest: _root(standing[word]) for digest, word in known.items() if word in standing}


def _root(conversation_id: UUID) -> UUID:
    into = Conversation.objects.filter(pk=conversation_id).values_list("joined_into_id", flat=True).first()
    return _root(into) if into else conversation_id
