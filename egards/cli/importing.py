"""``egards import``: the mail and the verbatims a company already has. Idempotent; interrupted, it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from egards.accounts.models import Brand
from egards.cli.reading import Reader
from egards.intake.files import TABLES, Source, mail_source, next_batch, table_source
from egards.intake.pipeline import ToProcess, Understood, load, store
from egards.interactions.doors import Received, receive
from egards.interactions.models import Batch, Mode, Outcome, Waiting
from egards.touchpoints.inbound import Unreadable
from egards.touchpoints.models import Touchpoint


@dataclass
class Account:
    """The closing account of an import; ``adds_up`` is the law for this run.

    ``known`` and ``ends`` are counted in the base, not deduced: a delivery whose end is not written is in neither.
    """

    offered: int = 0
    known: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False

    @property
    def taken(self) -> int:
        """Deliveries whose end was written since this run took them in."""
        return sum(self.ends.values())

    @property
    def adds_up(self) -> bool:
        """Say whether everything offered is accounted for."""
        return self.offered == self.known + self.taken

    def __add__(self, other: Account) -> Account:
        return Account(
            self.offered + other.offered,
            self.known + other.known,
            self.ends + other.ends,
            self.skipped + other.skipped,
            self.stopped or other.stopped,
        )


@dataclass(frozen=True)
class Request:
    """What to import and how. ``told(n)`` hears of progress; ``is_stopped()`` is asked between batches."""

    brand: Brand
    mode: Mode = Mode.ARCHIVE
    touchpoint: Touchpoint | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    told: Callable[[int], object] = lambda n: None
    is_stopped: Callable[[], bool] = lambda: False


def import_path(path: Path, request: Request) -> Account:
    """Import a file or a folder: tables row by row, everything else as mail. Returns the closing account.

    In a folder, a table that is not understood is left aside with its reason; given by name, it raises ``Unreadable``.
    """
    account = Account()
    tables = table_files(path)
    for table in tables:
        if account.stopped:
            break
        try:
            account += _import_table(path, table, request)
        except Unreadable as error:
            if path.is_file():
                raise
            account.skipped.append((str(table.relative_to(path)), str(error)))
    if not account.stopped and (path.is_dir() or not tables):
        account += _import_mail(path, request)
    return account


def table_files(path: Path) -> list[Path]:
    """Return the tables at or below ``path``, in a stable order; links that lead elsewhere are left out."""
    if path.is_file():
        return [path] if path.suffix.lower() in TABLES else []
    found = (p for p in path.rglob("*") if p.suffix.lower() in TABLES and p.is_file() and not p.is_symlink())
    return sorted(found)


def _import_table(root: Path, table: Path, request: Request) -> Account:
    source = table_source(root, table, brand=request.brand, touchpoint=request.touchpoint, columns=request.columns)
    return _take_in(source, request)


def _import_mail(root: Path, request: Request) -> Account:
    skipped: list[tuple[str, str]] = []
    source = mail_source(root, brand=request.brand, touchpoint=request.touchpoint, skipped=skipped)
    if source is None:
        return Account(skipped=skipped)
    account = _take_in(source, request)
    account.skipped.extend(skipped)
    return account


@dataclass(frozen=True)
class _BeingRead:
    """A batch that was received and is being read: which of its arrivals are to be done, and the result to come."""

    received: Sequence[Received]
    to_do: Sequence[UUID]
    result: Future[list[Understood]]


def _take_in(source: Source, request: Request) -> Account:
    """Receive batch after batch; while one is being written, the next is already being read beside it."""
    account, touchpoint, batch = Account(), source.touchpoint, source.batch
    with Reader() as reader:
        ahead: _BeingRead | None = None
        while not account.stopped and (some := list(next_batch(source.deliveries))):
            received = receive(touchpoint=touchpoint, deliveries=some, mode=request.mode, batch=batch)
            to_do = _to_do(received, touchpoint, request.mode, batch)
            behind = ahead
            ahead = _BeingRead(received, [item.arrival_id for item in to_do], reader.submit(to_do))
            account.offered += len(some)
            _settle(account, behind)
            account.stopped = request.is_stopped()
            request.told(len(some))
        _settle(account, ahead)
    return account


def _settle(account: Account, batch: _BeingRead | None) -> None:
    """Write what was understood, then count what became of each delivery as the base has it.

    A worker may have read some of them before us; one whose end is nowhere makes the account not add up.
    """
    if batch is None:
        return
    store(batch.result.result())
    ids = [r.arrival_id for r in batch.received]
    ends = dict(Outcome.objects.filter(pk__in=ids).values_list("pk", "status"))
    taken = [ends[arrival_id] for arrival_id in batch.to_do if arrival_id in ends]
    account.ends.update(taken)
    account.known += sum(1 for arrival_id in ids if arrival_id in ends) - len(taken)


def _to_do(received: Sequence[Received], touchpoint: Touchpoint, mode: Mode, batch: Batch) -> list[ToProcess]:
    """Keep what is new, and what an interrupted run left waiting (in the mode it came in with), in order."""
    old = [r.arrival_id for r in received if not r.is_new]
    left = list(Waiting.objects.filter(pk__in=old).values_list("pk", flat=True)) if old else []
    todo = {item.arrival_id: item for item in load(left)} if left else {}
    for r in received:
        if r.is_new:
            todo[r.arrival_id] = ToProcess(r.arrival_id, touchpoint, r.received_at, mode, r.delivery.raw, batch.options)
    return [todo.pop(r.arrival_id) for r in received if r.arrival_id in todo]
