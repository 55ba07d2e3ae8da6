"""Messages of others that a person hands on: who wrote them, when, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .addresses import read_addresses
from .charsets import clean_line, clean_text
from .human_dates import read_when
from .reply import Split, forwarded_text

MAX_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One message handed on. ``when`` is what stood there; ``at`` is that moment when it could be read."""

    sender: str = ""
    name: str = ""
    when: str = ""
    at: datetime | None = None
    subject: str = ""
    text: str = ""


def from_split(split: Split) -> tuple[Forwarded, ...]:
    """The message forwarded in the text itself, if any."""
    if split.forward is None:
        return ()
    said = dict(reversed(split.forward.headers))  # the first of each kind
    who = clean_line(said.get("from", ""))
    addresses, _whole = read_addresses(who.replace("[mailto:", "<").replace("]", ">"), 1)
    when = clean_line(said.get("date", ""))[:200]
    return (
        Forwarded(
            sender=addresses[0].value if addresses else "",
            name=(addresses[0].name if addresses else who)[:300],
            when=when,
            at=read_when(when) if when else None,
            subject=clean_line(said.get("subject", ""))[:1_000],
            text=clean_text(forwarded_text(split.lines, split.forward)).strip()[:MAX_TEXT],
        ),
    )
