"""What may be forgotten: every place that holds a personal word has its line here, or CI fails.

An app declares its places in its own ``forget.py`` (``PLACES``); the command that forgets a person walks them from
the highest floor down (``cli/forgetting.py``). A table that holds no personal word says so, with the reason. A place is
named by its table, or ``folder:<name>`` for a file or folder below ``EGARDS_HOME``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """Whom to forget: customers (a root and all merged into it), their handles, the words they wrote.

    ``interaction_ids`` are the words they wrote and ours to them alone. ``names`` are the names they were seen under.
    ``until``, when given, is the moment they were forgotten: what came in later belongs to a new relation.
    """

    customer_ids: tuple[UUID, ...]
    handle_ids: tuple[UUID, ...]
    handle_digests: tuple[bytes, ...]
    interaction_ids: tuple[UUID, ...]
    handle_values: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    until: datetime | None = None


@dataclass(frozen=True)
class GivenFile:
    """A file in a person's copy: its name there, and how to read it."""

    name: str
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True)
class ErasablePlace:
    """One table or folder with personal words: how to erase a person there, and how to give them a copy.

    ``erase`` overwrites and deletes, returns how many rows or files it touched, and may run twice. It runs in the
    caller's transaction. ``export`` returns plain JSON-able rows of that person only, oldest first; ``files`` the
    files that go with them. ``title`` heads the rows in the readable copy (French); empty: the table's name.
    """

    name: str
    erase: Callable[[Person], int]
    export: Callable[[Person], Sequence[dict[str, object]]]
    title: str = ""
    files: Callable[[Person], Iterable[GivenFile]] | None = None


@dataclass(frozen=True)
class SilentPlace:
    """A table without personal words, and why."""

    name: str
    why: str


Place = ErasablePlace | SilentPlace


def nothing_to_erase(person: Person) -> int:
    """Erase nothing: for rows that stay as facts but are given in a copy."""
    del person
    return 0


def nothing_to_give(person: Person) -> Sequence[dict[str, object]]:
    """Give nothing: for bytes that are given as files by another place."""
    del person
    return ()


PLACES: tuple[Place, ...] = (
    SilentPlace("core_happening", "sortes et identifiants seulement"),
    SilentPlace("core_liveoutbox", "sujets et identifiants seulement, vidée dix fois par seconde"),
    SilentPlace("core_liveevent", "sujets et identifiants seulement, gardés 24 heures"),
    SilentPlace("core_housemark", "ce qu’est cette maison : à quelqu’un, ou de démonstration"),
    SilentPlace("core_erasure", "empreintes à clé et identifiants : la preuve de l’oubli ne peut pas être oubliée"),
    SilentPlace("django_migrations", "noms des migrations"),
    SilentPlace("django_content_type", "noms des modèles"),
    SilentPlace("procrastinate_jobs", "les arguments des tâches ne portent que des identifiants"),
    SilentPlace("procrastinate_events", "dates et états des tâches"),
    SilentPlace("procrastinate_periodic_defers", "dates des tâches périodiques"),
    SilentPlace("procrastinate_workers", "signes de vie des processus"),
    SilentPlace("folder:keys", "secrets de la maison, sans un mot de personne"),
    SilentPlace("folder:static", "feuilles de style et images de l’application"),
    SilentPlace("folder:unsent", "lettres aux membres (mot de passe oublié), jamais à un client"),
    SilentPlace("folder:backups", "sauvegardes chiffrées, illisibles 35 jours après la fin de leur mois"),
    SilentPlace("folder:users", "numéros des processus qui se servent de la maison"),
    SilentPlace("folder:logs", "identifiants seulement"),
    SilentPlace("folder:postgres", "la base elle-même : ses tables ont leur ligne, et l’oubli les réécrit"),
    SilentPlace("folder:erasures.jsonl", "empreintes à clé et identifiants des personnes oubliées"),
    SilentPlace("folder:restoring.json", "nom d’une sauvegarde en cours de reprise"),
)
