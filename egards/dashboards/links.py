"""Where a figure leads: the words it was counted from, with the same days, place and tone."""

from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse


class WordLinks:
    """Addresses of the list of words, narrowed to a brand or place (``where``, its id). Made by the hundred a page."""

    def __init__(self, where: str) -> None:
        self._list, self._where = reverse("words"), f"&ou={where}" if where else ""

    def to(
        self,
        since: date,
        until: date,
        *,
        tone: Literal["", "n", "p"] = "",
        theme: str = "",
        point: UUID | None = None,
        answer: Literal["", "demande", "tenue", "manquee"] = "",
    ) -> str:
        """Return the address of the words of some days; tones ``n`` and ``p`` are unhappy and happy of both degrees.

        ``answer``: ``demande`` are the words that asked for a person then, ``tenue`` and ``manquee`` those of
        conversations whose promise fell due then.
        """
        address = f"{self._list}?du={since}&au={until}{self._where}"
        address += f"&ton={tone}" if tone else ""
        address += f"&theme={quote(theme)}" if theme else ""
        address += f"&point={point}" if point else ""
        return address + (f"&reponse={answer}" if answer else "")
