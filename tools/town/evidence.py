"""What the examiner has before them: the plan, the diary, the pages that were seen. Nothing is compared here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from egards.demo.plan.story import Story, Via
from tools.town.hours import PARIS
from tools.town.journal import Diary
from tools.town.screens import PulseSeen, pulse_seen
from tools.town.truth import Truth, WordTruth, sign_of, truth_of

EVENING = time(23, 45)


@dataclass
class Exam:
    """What was lived and what was seen, ready to compare."""

    folder: Path
    stories: Sequence[Story]
    first_day: date
    days: int

    @cached_property
    def diary(self) -> Diary:
        """What the town did."""
        return Diary.load(self.folder / "diary.json")

    @cached_property
    def truth(self) -> Truth:
        """What is true."""
        return truth_of(self.stories, self.diary)

    @cached_property
    def looks(self) -> list[PulseSeen]:
        """The pulse of each evening, over seven days."""
        found = []
        for path in sorted(self.folder.glob("pouls-*.html")):
            found.append(pulse_seen(path.read_text(), date.fromisoformat(path.stem.removeprefix("pouls-"))))
        return found

    @cached_property
    def at_the_end(self) -> dict[str, PulseSeen]:
        """The last evening's pulse by its period."""
        return {p: pulse_seen((self.folder / f"fin-{p}.html").read_text(), self.last_day) for p in ("jour", "7", "28")}

    def of_places(self) -> dict[str, PulseSeen]:
        """The last evening's four weeks by place."""
        pages = self.page("lieux") if (self.folder / "lieux.json").exists() else {}
        return {name: pulse_seen(text, self.last_day) for name, text in pages.items()}

    @property
    def last_day(self) -> date:
        """The last day lived."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def now(self) -> datetime:
        """The moment of the last looks."""
        return self.evening(self.last_day)

    def evening(self, day: date) -> datetime:
        """When a day was looked at."""
        return datetime.combine(day, EVENING, PARIS)

    @cached_property
    def by_day(self) -> dict[date, list[WordTruth]]:
        """Words by the day they were said; what is said after an evening's look is not known then."""
        found: dict[date, list[WordTruth]] = defaultdict(list)
        for word in self.truth.words:
            found[word.day].append(word)
        return found

    def said(self, last: date, days: int, *, seen_at: datetime | None = None) -> list[WordTruth]:
        """The words of so many days, as they could be known when the last was looked at, or later."""
        those = (last - timedelta(days=n) for n in range(days))
        at = seen_at or self.evening(last)
        return [word for day in those for word in self.by_day[day] if word.at <= at]

    def page(self, name: str) -> dict[str, str]:
        """Pages kept under a name, by id."""
        kept: dict[str, str] = json.loads((self.folder / f"{name}.json").read_text())
        return kept

    @cached_property
    def api(self) -> list[dict[str, Any]]:
        """Words as the API tells them, those of customers."""
        return [one for one in json.loads((self.folder / "mots.json").read_text()) if one["direction"] == "in"]

    @cached_property
    def joined(self) -> list[tuple[WordTruth, dict[str, Any]]]:
        """Each word with what the house holds of it; words the house does not hold are left out."""
        return list(_join(self.truth.words, self.api))


def _join(words: Sequence[WordTruth], held: Sequence[Mapping[str, Any]]) -> Iterator[tuple[WordTruth, dict[str, Any]]]:
    """By who signed and when: nobody speaks twice in one minute by the same way."""
    shelf: dict[tuple[str, str, datetime], list[Any]] = defaultdict(list)
    for one in held:
        signs = sorted(sign_of(p["value"]) for p in one["parties"] if p["role"] == "author")
        at = datetime.fromisoformat(one["happened_at"])
        for sign in signs or [""]:
            shelf[one["kind"], sign, at.replace(microsecond=0)].append(one)
    kinds = {Via.MAIL: "mail", Via.FORM: "form", Via.REVIEW: "api", Via.BUTTON: "example"}
    for word in words:
        found = shelf.get((kinds[word.via], word.sign, word.at.replace(microsecond=0)))
        if found:
            best = next((one for one in found if one["text"].strip() == word.text.strip()), found[0])
            found.remove(best)
            yield word, best
