"""``egards forget``: find a person, write down that they are forgotten, erase them everywhere, make the bytes go.

A crash at any moment leaves a line in the erasures file; ``resume`` takes it up again.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.cli.erasures import ErasureLine, begin, finish, read_erasures
from egards.cli.rewriting import Rewritten, embedded_superuser_uri, rewrite_tables
from egards.core.clock import now
from egards.core.forget import ErasablePlace, Person, Place
from egards.core.ids import new_id
from egards.core.models import Erasure
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.intake.pipeline import process_waiting
from egards.interactions.actions import handle_digest
from egards.interactions.forget import kept_bytes, mentions, quarantined_traces
from egards.interactions.models import Handle, Interaction, Participation
from egards.interactions.rules import normalised_email, normalised_phone

Progress = Callable[[str], None]
#: Entries of a timeline that are words: theirs, our answers, what was said on the telephone.
SPOKEN = ("word", "answer", "call")


class NobodyFound(Exception):
    """Nobody is known under what was asked."""


class SharedAddress(Exception):
    """An address used by several people says nothing of whom to forget."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: rows and files touched per place, what was left and why, what could not be done."""

    erasure_id: UUID
    at: datetime
    counts: dict[str, int]
    quarantined: tuple[UUID, ...]
    kept_blobs: tuple[UUID, ...]
    kept_handles: tuple[UUID, ...]
    mentions: tuple[UUID, ...]
    warnings: tuple[str, ...]
    seconds: float

    def sentences(self) -> list[str]:
        """Say it in French, without a personal word."""
        said = [f"Oubli {self.erasure_id} : {sum(self.counts.values())} lignes ou fichiers effacés."]
        if self.quarantined:
            said.append(f"{len(self.quarantined)} arrivées illisibles portaient une de ses adresses : effacées.")
        if self.kept_blobs:
            said.append(f"{len(self.kept_blobs)} fichiers servent aussi aux mots d’autres personnes : gardés.")
        if self.kept_handles:
            said.append(f"{len(self.kept_handles)} adresses sont partagées avec d’autres personnes : gardées.")
        if self.mentions:
            said.append(f"{len(self.mentions)} mots d’autres personnes la citent : à relire un par un, non effacés.")
        return [*said, *self.warnings]


def all_places() -> list[Place]:
    """Return the places of every app, highest floor first (the order of INSTALLED_APPS)."""
    places: list[Place] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.forget"
        if config.name.startswith("egards.") and importlib.util.find_spec(name):
            places += importlib.import_module(name).PLACES
    return places


def erasable_places() -> list[ErasablePlace]:
    """Return the places that hold personal words."""
    return [place for place in all_places() if isinstance(place, ErasablePlace)]


def find_person(who: str) -> Person:
    """Return the person known under a customer's id, an e-mail address or a phone number."""
    who = who.strip()
    customer_id = _uuid(who)
    if customer_id:
        customer = Customer.objects.filter(pk=customer_id).first()
        if customer is None:
            raise NobodyFound("Aucun client ne porte ce numéro.")
        return person_of(_family(customer.merged_into_id or customer.pk))
    handle = _handle(who)
    if handle is None:
        raise NobodyFound("Personne n’est connu sous cette adresse ou ce numéro.")
    if handle.is_shared:
        raise SharedAddress("Plusieurs personnes se servent de cette adresse : donnez le numéro du client.")
    links = Identity.objects.filter(handle=handle).select_related("customer")
    link = links.filter(ended_at=None).first() or links.order_by("-ended_at").first()
    if link is None:
        return _person((), [handle])
    return person_of(_family(link.customer.merged_into_id or link.customer_id))


def person_of(customer_ids: Sequence[UUID], *, until: datetime | None = None) -> Person:
    """Return the person that these customers are: their addresses (unless now another's, or shared), their words."""
    elsewhere = Identity.objects.filter(ended_at=None).exclude(customer_id__in=customer_ids).values("handle_id")
    theirs = Identity.objects.filter(customer_id__in=customer_ids).exclude(handle_id__in=elsewhere)
    handles = Handle.objects.filter(pk__in=theirs.values("handle_id"), is_shared=False).order_by("pk")
    return _person(customer_ids, list(handles), until=until)


def forget(
    person: Person,
    *,
    by: Member | None = None,
    rewrite: bool = True,
    patience_seconds: float = 60,
    progress: Progress = lambda sentence: None,
) -> Forgotten:
    """Forget a person. The line in the erasures file is on the disk before anything is erased.

    ``rewrite=False`` leaves the dead rows to the next VACUUM: only for tests and for several people in a row.
    """
    progress("Lecture de ce qui attend…")
    process_waiting()
    if person.customer_ids:
        person = person_of(person.customer_ids)
    line = ErasureLine(new_id(), now(), person.handle_digests, person.customer_ids, person.interaction_ids)
    begin(erasures_file(), line)
    done = _carry_out(line, person, by=by, rewrite=rewrite, patience_seconds=patience_seconds, progress=progress)
    again = person_of(person.customer_ids) if person.customer_ids else person
    if set(again.interaction_ids) - set(person.interaction_ids):  # they spoke while we erased
        return forget(again, by=by, rewrite=rewrite, patience_seconds=patience_seconds, progress=progress)
    return done


def resume(*, rewrite: bool = True, progress: Progress = lambda sentence: None) -> list[Forgotten]:
    """Take up again the erasures that a crash or a refusal left unfinished."""
    return [
        _carry_out(line, _person_of_line(line), by=None, rewrite=rewrite, patience_seconds=60, progress=progress)
        for line in read_erasures(erasures_file())
        if not line.is_done
    ]


def replay(lines: Sequence[ErasureLine], *, progress: Progress = lambda sentence: None) -> int:
    """Forget again, in a restored base, everyone whose erasure it does not know as done; return how many."""
    known = set(Erasure.objects.exclude(counts={}).values_list("id", flat=True))
    missing = [line for line in lines if line.id not in known]
    if missing:
        process_waiting()
    for number, line in enumerate(missing, start=1):
        progress(f"Oubli rejoué : {number} sur {len(missing)}")
        _carry_out(line, _person_of_line(line), by=None, rewrite=False, patience_seconds=0, progress=progress)
    if missing:
        everything = _tables(erasable_places())
        done = rewrite_tables(everything, superuser_uri=embedded_superuser_uri(), progress=progress)
        for warning in done.warnings:
            progress(warning)
    return len(missing)


def erasures_file() -> Path:
    """Return where erasures are written outside the base."""
    return Path(settings.EGARDS_HOME) / "erasures.jsonl"


def _carry_out(
    line: ErasureLine,
    person: Person,
    *,
    by: Member | None,
    rewrite: bool,
    patience_seconds: float,
    progress: Progress,
) -> Forgotten:
    started = time.monotonic()
    _write_row(line)
    found, kept, cited = quarantined_traces(person), kept_bytes(person), mentions(person)
    counts = _erase(line, person, by=by, progress=progress)
    rewritten = Rewritten()
    if rewrite:
        tables = _tables(erasable_places()) if not any(counts.values()) else _touched(counts)
        rewritten = rewrite_tables(
            tables, superuser_uri=embedded_superuser_uri(), patience_seconds=patience_seconds, progress=progress
        )
    if not rewritten.is_worth_retrying:
        finish(erasures_file(), line.id)
    return Forgotten(
        *(line.id, line.at, counts, tuple(found), tuple(kept), tuple(_kept_handles(person)), tuple(cited)),
        warnings=tuple(rewritten.warnings),
        seconds=time.monotonic() - started,
    )


def _write_row(line: ErasureLine) -> None:
    Erasure.objects.get_or_create(
        id=line.id,
        defaults={
            "at": line.at,
            "handle_digests": list(line.handle_digests),
            "customer_ids": list(line.customer_ids),
            "interaction_ids": list(line.interaction_ids),
        },
    )


@transaction.atomic
def _erase(line: ErasureLine, person: Person, *, by: Member | None, progress: Progress) -> dict[str, int]:
    list(Customer.objects.select_for_update().filter(pk__in=person.customer_ids).order_by("pk"))
    person = replace(person, until=line.at)
    counts = {}
    for place in erasable_places():
        progress(f"Effacement : {place.name}…")
        counts[place.name] = place.erase(person)
    Erasure.objects.filter(pk=line.id).update(counts=counts)
    for customer_id in person.customer_ids:
        note(by=by, verb="customer forgotten", subject="customer", subject_id=customer_id, erasure=str(line.id))
    return counts


def _tables(places: Sequence[ErasablePlace]) -> list[str]:
    return [place.name for place in places if not place.name.startswith("folder:")]


def _touched(counts: dict[str, int]) -> list[str]:
    return [name for name, n in counts.items() if n and not name.startswith("folder:")]


def _person_of_line(line: ErasureLine) -> Person:
    """Build the person again from ids and digests; an address that belongs to a later relation is left alone."""
    later = Identity.objects.filter(ended_at=None, at__gt=line.at).values("handle_id")
    handles = Handle.objects.filter(digest__in=line.handle_digests).exclude(pk__in=later).order_by("pk")
    person = _person(line.customer_ids, list(handles), until=line.at)
    words = Interaction.objects.filter(pk__in=line.interaction_ids).values_list("pk", flat=True)
    return replace(person, interaction_ids=tuple(sorted({*person.interaction_ids, *words})))


def _person(customer_ids: Sequence[UUID], handles: Sequence[Handle], *, until: datetime | None = None) -> Person:
    names = {*Customer.objects.filter(pk__in=customer_ids).values_list("name", flat=True), *(h.name for h in handles)}
    return Person(
        customer_ids=tuple(sorted(customer_ids)),
        handle_ids=tuple(h.pk for h in handles),
        handle_digests=tuple(bytes(h.digest) for h in handles),
        interaction_ids=tuple(sorted(set(_words(customer_ids, [h.pk for h in handles], until)))),
        handle_values=tuple(h.value for h in handles if h.value),
        names=tuple(sorted(name for name in names if name)),
        until=until,
    )


def _words(customer_ids: Sequence[UUID], handle_ids: Sequence[UUID], until: datetime | None) -> Iterator[UUID]:
    """Words on their timeline, words of their addresses on nobody's, and ours to nobody but them."""
    before = Q(received_at__lte=until) if until else Q()
    entries = TimelineEntry.objects.filter(customer_id__in=customer_ids, kind__in=SPOKEN).values("ref")
    yield from Interaction.objects.filter(before, pk__in=entries).values_list("pk", flat=True)
    written = Participation.objects.filter(handle_id__in=handle_ids, role="author").values("interaction_id")
    told = TimelineEntry.objects.filter(kind="word", ref__in=written).values("ref")
    yield from Interaction.objects.filter(before, pk__in=written).exclude(pk__in=told).values_list("pk", flat=True)
    to_them = Participation.objects.filter(handle_id__in=handle_ids, role="to").values("interaction_id")
    to_others = Participation.objects.filter(role="to", interaction_id__in=to_them).exclude(handle_id__in=handle_ids)
    ours = Interaction.objects.filter(before, pk__in=to_them, direction=Interaction.Direction.OUT)
    yield from ours.exclude(pk__in=to_others.values("interaction_id")).values_list("pk", flat=True)


def _kept_handles(person: Person) -> list[UUID]:
    links = Identity.objects.filter(customer_id__in=person.customer_ids).exclude(handle_id__in=person.handle_ids)
    return sorted(set(links.values_list("handle_id", flat=True)))


def _family(root_id: UUID) -> list[UUID]:
    merged = Customer.objects.filter(merged_into_id=root_id).values_list("pk", flat=True)
    return [root_id, *merged]


def _handle(who: str) -> Handle | None:
    candidates = {"email": normalised_email(who), "phone": normalised_phone(who, "FR")}
    digests = [handle_digest(kind, value) for kind, value in candidates.items() if value]
    return Handle.objects.filter(digest__in=digests).first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
