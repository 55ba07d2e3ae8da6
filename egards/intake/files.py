"""Files of words that a company already has: a table row by row, everything else as mail.

Said once for the command line (``egards import``) and for the first page of a new house: the same file brought by
both is known by the same keys, and enters once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.db import transaction

from egards import jobnames
from egards.accounts.models import Brand
from egards.core.jobs import ask_for
from egards.intake.pipeline import BATCH
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Batch, Mode
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.inbound import Unreadable
from egards.touchpoints.mime import find_mail_files
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.tables import Plan, read_rows
from egards.touchpoints.tables import understand as understand_table

TABLES = {".csv", ".tsv", ".jsonl", ".xlsx"}
#: A batch stops growing at this many bytes, so that memory stays small whatever the files hold.
BATCH_BYTES = 32 * 1024 * 1024


#: A file that came by a page is copied into a folder of this prefix, in the house, while it is read.
UPLOADS = ".import-"


@dataclass(frozen=True)
class Source:
    """Deliveries out of a file or folder, and where they are to be put."""

    touchpoint: Touchpoint
    batch: Batch
    deliveries: Iterator[Delivery]


def receive_file(*, path: Path, brand: Brand) -> tuple[Source, int]:
    """Take a small file in as archive and leave the reading to the worker; return its source and how many words.

    Raises ``Unreadable`` with a French sentence when nothing in it can be understood.
    """
    source = table_source(path, path, brand=brand) if path.suffix.lower() in TABLES else mail_source(path, brand=brand)
    if source is None:
        raise Unreadable(f"Rien dans «\u202f{path.name}\u202f» ne ressemble à un e-mail ni à un tableau.")
    n = 0
    while some := list(next_batch(source.deliveries)):
        receive(touchpoint=source.touchpoint, deliveries=some, mode=Mode.ARCHIVE, batch=source.batch)
        n += len(some)
    ask_for(jobnames.PROCESS_WAITING)
    return source, n


def sweep_uploads(home: Path) -> None:
    """Remove copies of files whose reader was killed: nobody reads them any more, and they hold customers' words."""
    for left in home.glob(f"{UPLOADS}*"):
        shutil.rmtree(left, ignore_errors=True)


def plan_of(table: Path, columns: Mapping[str, str]) -> Plan:
    """Return what was understood of a table's columns, with what the person said of them."""
    return understand_table(table, dict(columns))


def table_source(
    root: Path, table: Path, *, brand: Brand, touchpoint: Touchpoint | None = None, columns: Mapping[str, str] = {}
) -> Source:
    """Return the rows of a table at or below ``root``. Raises ``Unreadable`` when its columns are not understood."""
    plan = plan_of(table, columns)
    if plan.errors:
        raise Unreadable(f"{table.name} : {' ; '.join(plan.errors)}")
    touchpoint = touchpoint or touchpoint_of_kind(brand=brand, kind="verbatims", name="Verbatims importés")
    name = str(table.relative_to(root)) if table != root else table.name
    batch = _batch(touchpoint, name, {"plan": plan.to_json()})
    rows = (Delivery(row.raw, _key(name, row.raw, row.line), row.line) for row in read_rows(table, plan))
    return Source(touchpoint, batch, rows)


def mail_source(
    root: Path,
    *,
    brand: Brand,
    touchpoint: Touchpoint | None = None,
    skipped: list[tuple[str, str]] | None = None,
) -> Source | None:
    """Return the mails of a file or folder, None when there is none; what is left aside is added to ``skipped``."""
    left: list[tuple[str, str]] = [] if skipped is None else skipped
    mails = _mails(root, left)
    first = next(mails, None)
    if first is None:  # a folder of tables opens no touchpoint for mail
        return None
    touchpoint = touchpoint or touchpoint_of_kind(brand=brand, kind="mail", name="Archives d’e-mail")
    return Source(touchpoint, _batch(touchpoint, root.name, {}), chain([first], mails))


def next_batch(deliveries: Iterator[Delivery]) -> Iterator[Delivery]:
    """Yield as many deliveries as are taken in together."""
    size = 0
    for delivery in islice(deliveries, BATCH):
        yield delivery
        size += len(delivery.raw)
        if size >= BATCH_BYTES:
            return


def _mails(root: Path, skipped: list[tuple[str, str]]) -> Iterator[Delivery]:
    for item in find_mail_files(root):
        if not item.skipped:
            yield Delivery(item.raw, _key(item.path, item.raw, item.offset), item.offset)
        elif Path(item.path).suffix.lower() not in TABLES:
            skipped.append((item.path, item.skipped))


@transaction.atomic
def _batch(touchpoint: Touchpoint, source: str, options: dict[str, str]) -> Batch:
    """Return the batch of this source, the same one when an import is taken up again or run twice at once."""
    Touchpoint.objects.select_for_update(no_key=True).get(pk=touchpoint.pk)
    found = Batch.objects.filter(touchpoint=touchpoint, source=source[:300], options=options).order_by("id").first()
    return found or Batch.objects.create(touchpoint=touchpoint, source=source[:300], options=options)


def _key(name: str, raw: bytes, position: int) -> str:
    """A delivery from a file is known by its place and its bytes; ids enter the base as keyed hashes only."""
    return json.dumps([name, position, hashlib.blake2b(raw, digest_size=32).hexdigest()])
