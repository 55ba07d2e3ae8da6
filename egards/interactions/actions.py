"""``record``: one interaction per content key, with its participations, contents and attachments; whole batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from egards.catalogue.actions import products_named
from egards.core.clock import clamp_happened, now
from egards.core.copy import copy_rows
from egards.core.crypto import keyed_hash
from egards.core.ids import new_id
from egards.core.text import storable
from egards.interactions.around import around_of
from egards.interactions.blobs import blob_digest, keep_bytes
from egards.interactions.models import (
    LIVE_FOR,
    Attachment,
    Content,
    Handle,
    Interaction,
    KnownId,
    Mode,
    Participation,
)
from egards.interactions.rules import content_key_parts, normalised_value
from egards.touchpoints.inbound import Inbound, Party, Proof
from egards.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Word:
    """One translated word, ready to be recorded: where and how it came in."""

    arrival_id: UUID
    touchpoint: Touchpoint
    received_at: datetime
    mode: Mode
    inbound: Inbound


@dataclass(frozen=True, slots=True)
class KnownHandle:
    """A handle as stored, in its role."""

    id: UUID
    kind: str
    name: str
    proof: Proof
    is_shared: bool


@dataclass(slots=True)
class Recorded:
    """What became of one word: its interaction, whether it is new, and its author's handles."""

    word: Word
    interaction_id: UUID
    is_new: bool
    mode: Mode
    happened_at: datetime
    authors: list[KnownHandle] = field(default_factory=list)


def record(*, words: Sequence[Word]) -> list[Recorded]:
    """Write each word once, in the caller's transaction, in order. A known content key gives its first interaction."""
    keyed = [_content_key(word) for word in words]
    owners = _claim_keys(keyed)
    recorded = []
    taken: set[UUID] = set()
    for word, (key, wanted) in zip(words, keyed, strict=True):
        owner = owners[key]
        is_new = owner == wanted and owner not in taken
        taken.add(owner)
        mode = _effective_mode(word)
        happened_at = clamp_happened(word.inbound.happened_at, word.received_at)
        recorded.append(Recorded(word, owner, is_new, mode, happened_at))
    new = [r for r in recorded if r.is_new]
    if new:
        _write_interactions(new)
        _write_contents(new)
        _write_participations(new)
        _write_attachments(new)
        _write_known_ids(new)
    return recorded


def _effective_mode(word: Word) -> Mode:
    claimed = word.inbound.happened_at
    if word.mode == Mode.LIVE and claimed is not None and word.received_at - claimed > LIVE_FOR:
        return Mode.ARCHIVE
    return word.mode


def _content_key(word: Word) -> tuple[bytes, UUID]:
    inbound, kind = word.inbound, word.touchpoint.behaviour()
    author = inbound.author
    is_unique = bool(inbound.word_id) and kind.word_id_is_unique
    parts = content_key_parts(
        scope_id=str(word.touchpoint.pk if is_unique else word.touchpoint.brand_id),
        word_id=inbound.word_id,
        is_unique=is_unique,
        author=(normalised_value(author.address, word.touchpoint.region) or author.address.value) if author else "",
        claimed_at=inbound.happened_at,
        subject=inbound.subject,
        text=inbound.text,
        extra=() if inbound.word_id else _said_beside(inbound),
    )
    if parts is None:
        parts = ("arrival", str(word.arrival_id))
    return keyed_hash("content", *parts), new_id(word.received_at)


def _said_beside(inbound: Inbound) -> tuple[str, ...]:
    """Two short reviews of one day may differ by their store alone: without an id, all that was said makes the word."""
    facts = (f"{name}={value}" for name, value in sorted(inbound.facts.items()))
    return (str(inbound.score), str(inbound.occurrence), *facts)


def _claim_keys(keyed: Iterable[tuple[bytes, UUID]]) -> dict[bytes, UUID]:
    """Write the keys that are new; return who owns each. Sorted, so that two batches never wait for each other."""
    first: dict[bytes, UUID] = {}
    for key, wanted in keyed:
        first.setdefault(key, wanted)
    ordered = sorted(first.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO interactions_contentkey (key, interaction_id) SELECT * FROM unnest(%s::bytea[], %s::uuid[])"
            " ON CONFLICT (key) DO NOTHING RETURNING key",
            [[k for k, _ in ordered], [i for _, i in ordered]],
        )
        new = {bytes(row[0]) for row in cursor.fetchall()}
        owners = {key: first[key] for key in new}
        if len(new) < len(first):
            old = [key for key in first if key not in new]
            cursor.execute("SELECT key, interaction_id FROM interactions_contentkey WHERE key = ANY(%s)", [old])
            owners.update((bytes(key), interaction_id) for key, interaction_id in cursor.fetchall())
    return owners


def _write_interactions(new: Sequence[Recorded]) -> None:
    at = now()
    products = _products(new)
    places = _places(new)
    copy_rows(
        Interaction,
        (
            *("id", "touchpoint", "direction", "mode", "happened_at", "received_at", "recorded_at", "arrival"),
            *("is_automatic", "score", "scale_low", "scale_high", "product", "place"),
        ),
        [
            (
                *(r.interaction_id, r.word.touchpoint.pk, "in", str(r.mode), r.happened_at, r.word.received_at, at),
                *(r.word.arrival_id, r.word.inbound.is_automatic, r.word.inbound.score),
                *(r.word.inbound.scale or (None, None)),
                *(products.get(_named(r, "product")), places.get(_named(r, "place"))),
            )
            for r in new
        ],
    )


def _named(recorded: Recorded, what: str) -> tuple[UUID, str]:
    return recorded.word.touchpoint.brand_id, recorded.word.inbound.facts.get(what, "").strip()


def _products(new: Sequence[Recorded]) -> dict[tuple[UUID, str], UUID]:
    found: dict[tuple[UUID, str], UUID] = {}
    brands = {r.word.touchpoint.brand_id: r.word.touchpoint.brand for r in new}
    for brand_id, brand in brands.items():
        names = {name for b, name in (_named(r, "product") for r in new) if b == brand_id and name}
        if names:
            made = products_named(brand=brand, names=sorted(names))
            found |= {(brand_id, name): product.pk for name, product in made.items()}
    return found


def _places(new: Sequence[Recorded]) -> dict[tuple[UUID, str], UUID]:
    """Places are named by the house, never made by a file: a name that is not ours stays among the word's facts."""
    found: dict[tuple[UUID, str], UUID] = {}
    for brand in {r.word.touchpoint.brand for r in new if r.word.inbound.facts.get("place")}:
        found |= {(brand.pk, place.name): place.pk for place in brand.places.all()}
    return found


def _write_contents(new: Sequence[Recorded]) -> None:
    copy_rows(
        Content,
        ("interaction", "touchpoint_id", "at", "subject", "text", "html", "facts", "problems", "around"),
        [
            (
                *(r.interaction_id, r.word.touchpoint.pk, r.happened_at, storable(r.word.inbound.subject)),
                *(storable(r.word.inbound.text), storable(r.word.inbound.html)),
                Jsonb({storable(k): storable(v) for k, v in r.word.inbound.facts.items()}),
                Jsonb([storable(p) for p in r.word.inbound.problems]),
                Jsonb(around_of(r.word.inbound)),
            )
            for r in new
        ],
    )


def _write_participations(new: Sequence[Recorded]) -> None:
    seen: dict[bytes, tuple[str, str, str]] = {}
    roles: list[tuple[Recorded, Party, bytes]] = []
    for r in new:
        per_word: set[tuple[str, bytes]] = set()
        for party in r.word.inbound.parties:
            value = normalised_value(party.address, r.word.touchpoint.region)
            if value is None:
                continue
            digest = handle_digest(party.address.kind, value)
            if (party.role, digest) in per_word:
                continue
            per_word.add((party.role, digest))
            name = _name(party)
            if digest not in seen or (name and not seen[digest][2]):
                seen[digest] = (party.address.kind, storable(value), name)
            roles.append((r, party, digest))
    handles = _handles(seen)
    copy_rows(
        Participation,
        ("id", "interaction", "handle", "role", "proof"),
        [(new_id(), r.interaction_id, handles[d][0], p.role, str(p.proof)) for r, p, d in roles],
    )
    for r, party, digest in roles:
        if party.role == "author":
            handle_id, is_shared = handles[digest]
            kind, _value, name = seen[digest]
            r.authors.append(KnownHandle(handle_id, kind, _name(party) or name, party.proof, is_shared))


def _name(party: Party) -> str:
    return storable(party.address.name)[:200]


def handle_digest(kind: str, value: str) -> bytes:
    """Return the keyed hash under which a normalised address is known, also after its value was erased."""
    return keyed_hash("handle", kind, value)


def _handles(seen: dict[bytes, tuple[str, str, str]]) -> dict[bytes, tuple[UUID, bool]]:
    """Return ``digest → (id, is shared)``, writing the handles that are new. Locked in order until the commit.

    An address that was forgotten and now stands in a new word is filled in again: it is a new relation.
    """
    if not seen:
        return {}
    ordered = sorted(seen)
    known = {
        bytes(d): (i, s)
        for d, i, s in Handle.objects.filter(digest__in=ordered)
        .exclude(value="")
        .values_list("digest", "id", "is_shared")
    }
    missing = [d for d in ordered if d not in known]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO interactions_handle (id, kind, digest, value, name, is_shared)"
                " SELECT *, false FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::text[], %s::text[])"
                " ON CONFLICT (digest) DO UPDATE SET value = excluded.value, name = excluded.name"
                " WHERE interactions_handle.value = ''",
                [[new_id() for _ in missing], *_columns(seen, missing)],
            )
        rows = Handle.objects.filter(digest__in=missing).values_list("digest", "id", "is_shared")
        known.update((bytes(d), (i, s)) for d, i, s in rows)
    return known


def _columns(seen: dict[bytes, tuple[str, str, str]], digests: Sequence[bytes]) -> list[list[str] | list[bytes]]:
    return [
        [seen[d][0] for d in digests],
        list(digests),
        [seen[d][1] for d in digests],
        [seen[d][2] for d in digests],
    ]


def known_id_digest(brand_id: UUID, message_id: str) -> bytes:
    """Return the keyed hash under which an id that others cite is known, within the brand that was written to."""
    return keyed_hash("known id", str(brand_id), message_id)


def _write_known_ids(new: Sequence[Recorded]) -> None:
    """What an answer may cite: the provider's own ids (unique ones are cited by nobody). An empty one is no id."""
    cited = [r for r in new if r.word.inbound.word_id and not r.word.touchpoint.behaviour().word_id_is_unique]
    copy_rows(
        KnownId,
        ("id", "digest", "interaction"),
        [
            (new_id(), known_id_digest(r.word.touchpoint.brand_id, r.word.inbound.word_id), r.interaction_id)
            for r in cited
        ],
    )


def _write_attachments(new: Sequence[Recorded]) -> None:
    files = [(r, a, blob_digest(a.data)) for r in new for a in r.word.inbound.attachments]
    if not files:
        return
    blobs = keep_bytes({digest: attachment.data for _, attachment, digest in files})
    copy_rows(
        Attachment,
        ("id", "interaction", "blob", "name", "content_type", "content_id"),
        [
            (
                *(new_id(), r.interaction_id, blobs[digest], storable(a.name)[:255]),
                *(storable(a.content_type)[:200], storable(a.content_id)[:300]),
            )
            for r, a, digest in files
        ],
    )
