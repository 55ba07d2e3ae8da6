"""Looks at the screens as people see them, and keeps what they showed, page by page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import html  # type: ignore[import-untyped]  # no stubs among our tools

from egards import jobnames
from tools.town.stage import KEEPER, Stage
from tools.town.visits import Unexpected

PERIODS = ("jour", "7", "28")
#: So many conversations and customers are looked at, spread evenly over all.
MOST_PAGES = 400


class Eyes:
    """Somebody who may see the whole house, with a folder to keep pages in."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.folder = stage, folder
        self._browser = stage.sign_in(KEEPER)

    def look(self, at: datetime) -> None:
        """Look at the pulse of an evening, once its days are counted."""
        self.stage.wake(jobnames.COUNT_DAYS)
        self._keep(f"pouls-{at:%Y-%m-%d}", "/pouls/")

    def look_at_all(self, conversations: Sequence[str], customers: Sequence[str]) -> None:
        """Look at the last evening: the pulse over each period, conversations, customers."""
        for period in PERIODS:
            self._keep(f"fin-{period}", f"/pouls/?periode={period}")
        pulse = html.document_fromstring((self.folder / "fin-28.html").read_text())
        places = pulse.xpath('//select[@id="ou"]//option[../@label="Lieux"]')
        seen = {one.text: self._page(f"/pouls/?periode=28&ou={one.get('value')}") for one in places}
        (self.folder / "lieux.json").write_text(json.dumps(seen, ensure_ascii=False))
        for name, prefix, ids in (
            ("conversations", "/conversations/", conversations),
            ("clients", "/clients/", customers),
        ):
            pages = {one: self._page(f"{prefix}{one}/") for one in spread(ids)}
            (self.folder / f"{name}.json").write_text(json.dumps(pages, ensure_ascii=False))

    def keep_words(self, words: Sequence[dict[str, Any]]) -> None:
        """Keep what the API says of every word."""
        (self.folder / "mots.json").write_text(json.dumps(list(words), ensure_ascii=False))

    def _keep(self, name: str, path: str) -> None:
        (self.folder / f"{name}.html").write_text(self._page(path))

    def _page(self, path: str) -> str:
        answer = self._browser.get(path)
        if answer.status != 200:
            raise Unexpected(f"{path} répond {answer.status}")
        return answer.text


def spread(ids: Sequence[str], most: int = MOST_PAGES) -> list[str]:
    """Return at most so many of them, evenly spread."""
    step = max(1, -(-len(ids) // most))
    return list(ids[::step])
