"""A person's copy of their words: plain rows and files, nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from egards.core.forget import GivenFile, Person
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Attachment, Blob, Content, Handle, Interaction, Participation

_UNSAFE = re.compile(r"[^\w.,()’ -]+")


def export_interactions(person: Person) -> Sequence[dict[str, object]]:
    """Give when, where and how each exchange took place, and with which of the person's own addresses."""
    roles: dict[object, list[str]] = {}
    own = Participation.objects.filter(interaction_id__in=person.interaction_ids, handle_id__in=person.handle_ids)
    for word, role, value, proof in own.values_list("interaction_id", "role", "handle__value", "proof"):
        roles.setdefault(word, []).append(f"{role} {value} ({proof})")
    rows = Interaction.objects.filter(pk__in=person.interaction_ids).order_by("happened_at", "pk")
    return [
        {
            "interaction": str(i.pk),
            "happened_at": i.happened_at.isoformat(),
            "received_at": i.received_at.isoformat(),
            "touchpoint": i.touchpoint.name,
            "direction": i.direction,
            "score": i.score,
            "scale": [i.scale_low, i.scale_high] if i.scale_low is not None else None,
            "product": i.product.name if i.product else None,
            "place": i.place.name if i.place else None,
            "you": roles.get(i.pk, []),
        }
        for i in rows.select_related("touchpoint", "product", "place").iterator()
    ]


def export_contents(person: Person) -> Sequence[dict[str, object]]:
    """Give the words, in time order."""
    rows = Content.objects.filter(pk__in=person.interaction_ids).defer("search").order_by("at", "pk")
    return [
        {
            "interaction": str(c.pk),
            "at": c.at.isoformat(),
            "subject": c.subject,
            "text": c.text,
            "html": c.html,
            "facts": c.facts,
            "problems": c.problems,
        }
        for c in rows.iterator()
    ]


def export_handles(person: Person) -> Sequence[dict[str, object]]:
    """Give the addresses as they were seen."""
    rows = Handle.objects.filter(pk__in=person.handle_ids).order_by("pk")
    return [{"kind": h.kind, "value": h.value, "name": h.name, "is_shared": h.is_shared} for h in rows]


def export_attachments(person: Person) -> Sequence[dict[str, object]]:
    """Give the list of their files; the files themselves stand beside it."""
    return [
        {
            "interaction": str(a.interaction_id),
            "name": a.name,
            "content_type": a.content_type,
            "file": _name(number, a),
        }
        for number, a in _numbered(person)
    ]


def files_of(person: Person) -> Iterable[GivenFile]:
    """Give the files themselves."""
    for number, attachment in _numbered(person):
        yield GivenFile(_name(number, attachment), partial(bytes_of, attachment.blob_id))


def bytes_of(blob_id: UUID) -> bytes:
    """Return a blob's bytes, read now and not kept."""
    return read_bytes(Blob.objects.get(pk=blob_id))


def _numbered(person: Person) -> Iterable[tuple[int, Attachment]]:
    rows = Attachment.objects.filter(interaction_id__in=person.interaction_ids).order_by("interaction_id", "pk")
    return enumerate(rows, start=1)


def _name(number: int, attachment: Attachment) -> str:
    """A name that is safe on any disk: the sender chose the other one."""
    claimed = _UNSAFE.sub("_", attachment.name).strip(". ")[-80:] or "fichier"
    return f"fichiers/{number:04}-{claimed}"
