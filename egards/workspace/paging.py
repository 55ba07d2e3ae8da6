"""Lists by keyset: a cursor is the time and id of the last row shown, so that page 900 costs what page 2 costs.

A cursor never carries a personal word: it stands in addresses and logs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest

PER_PAGE = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list stopped: lists run from the newest to the oldest, and by rising id within one moment."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read a cursor back. Raises ``ValueError`` on anything else."""
        micros, _dash, hexadecimal = text.rpartition("-")
        try:
            return cls(_EPOCH + timedelta(microseconds=int(micros)), UUID(hex=hexadecimal))
        except OverflowError as error:
            raise ValueError(text) from error

    def older(self, at: str, row: str = "id") -> Q:
        """Return the condition « after me in the list » on the two columns named."""
        return Q(**{f"{at}__lt": self.at}) | Q(**{at: self.at, f"{row}__gt": self.id})


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the next ones if there are more."""

    rows: list[T]
    next: Cursor | None = None


def cursor_of(request: HttpRequest) -> Cursor | None:
    """Return the cursor in the address (``avant``), None on the first page; what is not a cursor does not exist."""
    text = request.GET.get("avant", "")
    try:
        return Cursor.parse(text) if text else None
    except ValueError as error:
        raise Http404 from error


def page_of(rows: Sequence[T], place: Callable[[T], tuple[datetime, UUID]], *, size: int = PER_PAGE) -> Page[T]:
    """Make a page of at most ``size + 1`` rows read: one more than shown says that there are others."""
    shown = list(rows[:size])
    return Page(shown, Cursor(*place(shown[-1])) if len(rows) > size else None)


def next_address(request: HttpRequest, page: Page[T]) -> str:
    """Return the address of the next rows with the same filters, or nothing."""
    if page.next is None:
        return ""
    kept = [(name, value) for name, value in request.GET.items() if name != "avant" and value]
    return "?" + urlencode([*kept, ("avant", str(page.next))])
