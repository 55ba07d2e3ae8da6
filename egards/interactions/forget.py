"""Where the words themselves are: addresses, contents, files, raw bytes. Facts stay: they hold no personal word.

Bytes are erased unless somebody else's word needs them too; those are kept, and ``kept_bytes`` names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from egards.core.crypto import keyed_hash
from egards.core.forget import (
    ErasablePlace,
    GivenFile,
    Person,
    Place,
    SilentPlace,
    nothing_to_erase,
    nothing_to_give,
)
from egards.interactions.blobs import blobs_folder, read_bytes
from egards.interactions.export import (
    bytes_of,
    export_attachments,
    export_contents,
    export_handles,
    export_interactions,
    files_of,
)
from egards.interactions.files import remove_file, sweep_orphans
from egards.interactions.models import (
    Arrival,
    Attachment,
    Batch,
    Blob,
    Content,
    Handle,
    Interaction,
    Outcome,
    OutgoingLetter,
)
from egards.interactions.traces import Traces

#: Bytes that were erased: the row stays so that arrivals keep something to point to.
ERASED = Q(data=None, path="")
_COPIES = """
SELECT o.arrival_id, a.blob_id FROM interactions_outcome o
JOIN interactions_arrival a ON a.id = o.arrival_id
JOIN interactions_interaction i ON i.id = o.interaction_id
JOIN interactions_arrival first ON first.id = i.arrival_id
JOIN interactions_blob gone ON gone.id = first.blob_id
WHERE o.arrival_id = ANY(%s) AND o.status = 'duplicate' AND gone.data IS NULL AND gone.path = ''
"""
_ERASE = """
UPDATE interactions_blob b SET data = NULL, path = '', size = 0, digest = gone.digest
FROM unnest(%s::uuid[], %s::bytea[]) AS gone (id, digest) WHERE b.id = gone.id
"""


def erase_copies_of_forgotten(arrival_ids: Sequence[UUID]) -> int:
    """Erase the bytes of deliveries that turn out to be copies of a forgotten word, in the caller's transaction.

    A forgotten word read again from its server stays a known duplicate; its bytes must not stay with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [list(arrival_ids)])
        blob_of = dict(cursor.fetchall())
    if not blob_of:  # nearly always: what follows reads the whole table of words
        return 0
    stored = set(Interaction.objects.filter(arrival_id__in=blob_of).values_list("arrival_id", flat=True))
    return _erase_blobs([blob_id for arrival_id, blob_id in blob_of.items() if arrival_id not in stored])


def mentions(person: Person, *, limit: int = 1000) -> list[UUID]:
    """Return words of other people that name this person's addresses: listed, not erased."""
    cited = Q()
    for value in person.handle_values:
        cited |= Q(text__icontains=value) | Q(subject__icontains=value) | Q(html__icontains=value)
    theirs = Q(interaction__participations__handle_id__in=person.handle_ids)
    words = Content.objects.filter(theirs | cited).exclude(pk__in=person.interaction_ids)
    return list(words.order_by("pk").values_list("pk", flat=True).distinct()[:limit])


def kept_bytes(person: Person) -> list[UUID]:
    """Return the blobs of this person's words that somebody else's word needs too: they stay."""
    theirs = _blobs_of(person)
    return sorted(theirs - _only_theirs(person, theirs, ()))


def quarantined_traces(person: Person) -> list[UUID]:
    """Return the arrivals in quarantine whose bytes hold one of the person's addresses."""
    traces = Traces(person.handle_values)
    held = Outcome.objects.filter(status=Outcome.Status.QUARANTINED).order_by("pk")
    rows = held.values_list("pk", "arrival__blob_id", "arrival__received_at")
    found = []
    for arrival_id, blob_id, received_at in rows.iterator(chunk_size=200):
        if person.until and received_at > person.until:
            continue
        blob = Blob.objects.filter(pk=blob_id).first()
        if blob and traces.are_in(read_bytes(blob)):
            found.append(arrival_id)
    return found


def erase_bytes(person: Person) -> int:
    """Erase raw bytes and files of the person's words, and of unreadable arrivals that hold their addresses."""
    quarantined = quarantined_traces(person)
    blobs = _blobs_of(person) | _blobs_at(quarantined)
    return _erase_blobs(_only_theirs(person, blobs, quarantined))


def erase_outcomes(person: Person) -> int:
    """Empty the reasons of arrivals whose bytes were erased, and those that cite the person."""
    reasoned = Outcome.objects.exclude(reason="")
    gone = Blob.objects.filter(ERASED).values("pk")
    touched = reasoned.filter(Q(arrival__blob_id__in=gone) | Q(interaction_id__in=person.interaction_ids))
    n = touched.update(reason="")
    traces = Traces([*person.handle_values, *person.names], anywhere=True)
    citing = [pk for pk, reason in reasoned.values_list("pk", "reason").iterator() if traces.are_in_text(reason)]
    return n + Outcome.objects.filter(pk__in=citing).update(reason="")


def erase_attachments(person: Person) -> int:
    """Delete the names and types of the person's files; their bytes are another place."""
    files = Attachment.objects.filter(interaction_id__in=person.interaction_ids)
    files.update(name="", content_type="", content_id="")
    return files.delete()[0]


def erase_batches(person: Person) -> int:
    """Empty what a batch says of the person: a source that names them or brought only their words; options."""
    traces = Traces([*person.handle_values, *person.names], anywhere=True)
    theirs = set(_batches_only_of(person))
    n = 0
    for batch in Batch.objects.exclude(source="", options={}).order_by("pk").iterator():
        source = "" if batch.pk in theirs or traces.are_in_text(batch.source) else batch.source
        options = _without(batch.options, traces)
        if (source, options) != (batch.source, batch.options):
            n += Batch.objects.filter(pk=batch.pk).update(source=source, options=options)
    return n


def erase_contents(person: Person) -> int:
    """Empty the words. The row stays: readings and facts hang on it, and the search column follows by itself."""
    contents = Content.objects.filter(pk__in=person.interaction_ids)
    full = contents.exclude(subject="", text="", html="", facts={}, problems=[], around={})
    return full.update(subject="", text="", html="", facts={}, problems=[], around={})


def erase_letters(person: Person) -> int:
    """Delete the letters dressed for the person; what still waited will find no address to go to."""
    theirs = Q(delivery__interaction_id__in=person.interaction_ids) | Q(delivery__handle_id__in=person.handle_ids)
    return OutgoingLetter.objects.filter(theirs).delete()[0]


def erase_handles(person: Person) -> int:
    """Empty the addresses and the names beside them. The digest stays: it says nothing to who has not the key."""
    handles = Handle.objects.filter(pk__in=person.handle_ids)
    return handles.exclude(value="", name="").update(value="", name="")


def sweep_blobs(person: Person) -> int:
    """Remove files that no row knows: a transaction that failed may have left anybody's bytes there."""
    del person
    return sweep_orphans()


def export_originals(person: Person) -> Iterable[GivenFile]:
    """Give the raw bytes of their words, unless somebody else's words are in the same bytes."""
    theirs = Blob.objects.filter(pk__in=_only_theirs(person, _raw_blobs(_arrivals_of(person)), ()))
    full = theirs.exclude(ERASED).order_by("pk").values_list("pk", flat=True)
    for number, blob_id in enumerate(list(full), start=1):
        yield GivenFile(f"originaux/{number:05}.bin", partial(bytes_of, blob_id))


def _arrivals_of(person: Person) -> set[UUID]:
    words = person.interaction_ids
    stored = Interaction.objects.filter(pk__in=words, arrival__isnull=False).values_list("arrival_id", flat=True)
    copies = Outcome.objects.filter(interaction_id__in=words).values_list("arrival_id", flat=True)
    return {pk for pk in (*stored, *copies) if pk is not None}


def _raw_blobs(arrival_ids: Collection[UUID]) -> set[UUID]:
    return set(Arrival.objects.filter(pk__in=arrival_ids).values_list("blob_id", flat=True))


_blobs_at = _raw_blobs


def _blobs_of(person: Person) -> set[UUID]:
    attached = Attachment.objects.filter(interaction_id__in=person.interaction_ids)
    return _raw_blobs(_arrivals_of(person)) | set(attached.values_list("blob_id", flat=True))


def _only_theirs(person: Person, blobs: set[UUID], quarantined: Collection[UUID]) -> set[UUID]:
    """Leave out the blobs that another person's word, file or arrival needs too."""
    words = person.interaction_ids
    arrivals = _arrivals_of(person)
    strangers = Interaction.objects.filter(arrival_id__in=arrivals).exclude(pk__in=words)
    mixed = set(strangers.values_list("arrival_id", flat=True))
    copies = Outcome.objects.filter(arrival_id__in=arrivals, interaction_id__isnull=False)
    mixed |= set(copies.exclude(interaction_id__in=words).values_list("arrival_id", flat=True))
    needed = set(
        Attachment.objects.filter(blob_id__in=blobs).exclude(interaction_id__in=words).values_list("blob_id", flat=True)
    )
    free = (arrivals - mixed) | set(quarantined)
    users = Arrival.objects.filter(blob_id__in=blobs).exclude(pk__in=free)
    return blobs - needed - set(users.values_list("blob_id", flat=True))


def _erase_blobs(blob_ids: Iterable[UUID]) -> int:
    """Files first: if we stop between the two, the row still says where the file was, and erasing again is harmless.

    The digest is replaced too, so that the same bytes brought by somebody else one day are kept as new.
    """
    blobs = Blob.objects.select_for_update().filter(pk__in=list(blob_ids)).exclude(ERASED).order_by("pk")
    found = list(blobs.values_list("pk", "path"))
    for _pk, path in found:
        if path:
            remove_file(blobs_folder() / path)
    digests = [keyed_hash("erased blob", pk.bytes) for pk, _path in found]
    with connection.cursor() as cursor:
        cursor.execute(_ERASE, [[pk for pk, _path in found], digests])
    return len(found)


def _batches_only_of(person: Person) -> list[UUID]:
    """Batches whose every readable arrival brought words of this person only."""
    arrivals = _arrivals_of(person)
    batches = set(
        Arrival.objects.filter(pk__in=arrivals, batch__isnull=False).values_list("batch_id", flat=True).distinct()
    )
    others = Arrival.objects.filter(batch_id__in=batches).exclude(pk__in=arrivals)
    return [pk for pk in batches - set(others.values_list("batch_id", flat=True)) if pk]


def _without(value: Any, traces: Traces) -> Any:
    if isinstance(value, str):
        return "" if traces.are_in_text(value) else value
    if isinstance(value, list):
        return [_without(item, traces) for item in value]
    if isinstance(value, dict):
        return {key: _without(item, traces) for key, item in value.items() if not traces.are_in_text(key)}
    return value


PLACES: tuple[Place, ...] = (
    ErasablePlace(
        "interactions_blob", erase_bytes, nothing_to_give, "Vos messages, tels qu’arrivés", files=export_originals
    ),
    ErasablePlace("interactions_outcome", erase_outcomes, nothing_to_give),
    ErasablePlace(
        "interactions_attachment", erase_attachments, export_attachments, "Vos pièces jointes", files=files_of
    ),
    ErasablePlace("interactions_batch", erase_batches, nothing_to_give),
    ErasablePlace("interactions_content", erase_contents, export_contents, "Vos mots, et les nôtres pour vous"),
    ErasablePlace("interactions_outgoingletter", erase_letters, nothing_to_give),
    ErasablePlace("interactions_handle", erase_handles, export_handles, "Vos adresses, telles que vues"),
    ErasablePlace("interactions_interaction", nothing_to_erase, export_interactions, "Quand et où nous avons échangé"),
    ErasablePlace("folder:blobs", sweep_blobs, nothing_to_give),
    SilentPlace("interactions_arrival", "un fait : empreintes à clé, dates et identifiants"),
    SilentPlace("interactions_waiting", "identifiants ; vide au repos, et l’oubli lit d’abord ce qui attend"),
    SilentPlace("interactions_participation", "un fait : identifiants, rôle et niveau de preuve"),
    SilentPlace("interactions_contentkey", "empreintes à clé : un mot oublié qui revient reste un doublon connu"),
    SilentPlace("interactions_knownid", "empreintes à clé d’identifiants de messages, et identifiants"),
    SilentPlace("interactions_unreachable", "identifiants et dates : une adresse qui ne reçoit plus"),
    SilentPlace("interactions_tally", "un fait : des nombres"),
    SilentPlace("interactions_delivery", "identifiants, états, dates, et nos propres phrases sur ce qui reste ici"),
)
