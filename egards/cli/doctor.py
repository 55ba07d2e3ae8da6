"""What the doctor looks at: each check is a sentence, and whether it is well, to watch, or wrong."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import connection, transaction

from egards.accounts.scope import Scope
from egards.cli.house import House, missing_migrations
from egards.cli.showing import counted
from egards.core.clock import now
from egards.customers.models import Customer
from egards.interactions.blobs import blobs_folder
from egards.interactions.models import Blob, Outcome, Waiting
from egards.interactions.queries import recounted_law, whole_law
from egards.touchpoints.models import Mailbox
from egards.touchpoints.queries import mailboxes_unread

Health = Literal["ok", "watch", "wrong"]

#: Beyond these, the system's PostgreSQL serves better than the embedded one (docs/exploitation/base.md).
EMBEDDED_UNTIL_BYTES = 5 * 1024**3
EMBEDDED_UNTIL_CUSTOMERS = 50_000
FREE_BYTES = 2 * 1024**3
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    health: Health
    sentence: str


def examine(house: House) -> Iterator[Finding]:
    """Look at everything, one finding after the other; a base that is not up to date is all there is to say of it."""
    schema = _schema(house)
    yield schema
    if schema.health == "wrong":
        return
    checks: tuple[Callable[[House], Finding], ...] = (
        _law, _recount, _waiting, _quarantine, _mailboxes, _stalled, _files, _keys, _space, _size,
    )  # fmt: skip
    for check in checks:
        yield check(house)


def _schema(house: House) -> Finding:
    missing = missing_migrations()
    if missing:
        awaited = counted(len(missing), "mise", "mises")
        return Finding("wrong", f"La base attend {awaited} à jour : lancez « egards upgrade ».")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone() or ("?",)
    return Finding("ok", f"La base est à jour (PostgreSQL {version}).")


def _law(house: House) -> Finding:
    law = whole_law(Scope.house())
    sentence = (
        f"reçus {law.received} = gardés {law.stored} + doublons {law.duplicate} + quarantaine {law.quarantined}"
        f" + refusés {law.refused} + en attente {law.waiting}"
    )
    if law.holds:
        return Finding("ok", f"La loi tient : {sentence}.")
    return Finding("wrong", f"La loi casse : {sentence}.")


def _recount(house: House) -> Finding:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one moment for both, while words come in
        counted, told = recounted_law(), whole_law(Scope.house())
    if counted == told:
        return Finding("ok", "Recomptés un par un, les chiffres sont les mêmes.")
    return Finding("wrong", f"Recomptés un par un, les chiffres diffèrent : {counted}.")


def _waiting(house: House) -> Finding:
    late = Waiting.objects.filter(arrival__received_at__lt=now() - LATE).count()
    if late:
        return Finding("watch", f"En attente depuis plus de 5 minutes : {late}. « egards run » tourne-t-il ?")
    return Finding("ok", "Rien n’attend depuis plus de 5 minutes.")


def _quarantine(house: House) -> Finding:
    held = Outcome.objects.filter(status=Outcome.Status.QUARANTINED).count()
    if held:
        return Finding("watch", f"{counted(held, 'arrivée', 'arrivées')} en quarantaine : voyez la page Quarantaine.")
    return Finding("ok", "La quarantaine est vide.")


def _mailboxes(house: House) -> Finding:
    """Mailboxes that could not be read, those that hold what is not here, and those that nobody reads any more."""
    read = Mailbox.objects.filter(touchpoint__is_open=True).select_related("touchpoint")
    absent = [box.touchpoint.name for box in read if box.not_here]
    if absent:
        return Finding("wrong", f"Des messages restent sur le serveur sans être ici : {', '.join(absent)}.")
    failing = [f"{box.touchpoint.name} ({box.failure})" for box in read if box.failure]
    if failing:
        return Finding("watch", f"Boîtes qui ne se lisent pas : {', '.join(failing)}")
    late = [box.touchpoint.name for box in mailboxes_unread()]
    if late:
        return Finding("watch", f"Boîtes que personne ne lit : {', '.join(late)}. « egards run » tourne-t-il ?")
    n = len(read)
    return Finding("ok", f"{counted(n, 'boîte lue', 'boîtes lues')}, tout est ici." if n else "Aucune boîte n’est lue.")


def _stalled(house: House) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE status = 'failed'), count(*) FROM procrastinate_jobs")
        failed, _total = cursor.fetchone() or (0, 0)
    if failed:
        return Finding("watch", f"Tâches qui ont échoué : {failed}.")
    return Finding("ok", "Aucune tâche n’a échoué.")


def _files(house: House) -> Finding:
    folder = blobs_folder()
    wanted = set(Blob.objects.exclude(path="").values_list("path", flat=True).iterator())
    missing = sum(1 for path in wanted if not (folder / path).is_file())
    if missing:
        return Finding("wrong", f"{missing} fichiers manquent dans {folder} : restaurez-les d’une sauvegarde.")
    return Finding("ok", f"Toutes les grandes pièces sont là ({len(wanted)}).")


def _keys(house: House) -> Finding:
    folder = house.home / "keys"
    loose = [f.name for f in folder.rglob("*") if f.is_file() and stat.S_IMODE(f.stat().st_mode) & 0o077]
    if loose:
        return Finding("wrong", f"Clés lisibles par d’autres comptes : {', '.join(sorted(loose))}. chmod 600 suffit.")
    return Finding("ok", "Les clés ne sont lisibles que par la maison. Gardez-en une copie ailleurs.")


def _space(house: House) -> Finding:
    free = shutil.disk_usage(house.home).free
    gigabytes = f"{free / 1024**3:.1f}".replace(".", ",")
    if free < FREE_BYTES:
        return Finding("wrong", f"Il ne reste que {gigabytes} Go sur le disque.")
    return Finding("ok", f"Il reste {gigabytes} Go sur le disque.")


def _size(house: House) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone() or (0,)
    customers = Customer.objects.count()
    said = f"{size / 1024**2:.0f} Mo, {customers} clients"
    if house.cluster is not None and (size > EMBEDDED_UNTIL_BYTES or customers > EMBEDDED_UNTIL_CUSTOMERS):
        return Finding(
            "watch",
            f"La base embarquée a grandi ({said}) : passez au PostgreSQL du système avec « egards move-database ».",
        )
    where = "embarquée" if house.cluster is not None else "du serveur"
    return Finding("ok", f"Taille de la base {where} : {said}.")
