"""The town lives: step after step of its stories, by the doors of a running house, its time moved by the town.

What nothing orders is lived together, at one moment: forms, mails and presses at once, advisers side by side. The clock
moves on once the house is at rest, so that each thing is dated as it happened. ``Life`` may be driven by any agenda.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from egards import jobnames
from egards.demo.plan.story import Acts, Deed, Says, Story, Via
from tests.smtp_server import Taken
from tools.town.advising import Adviser, Refused
from tools.town.affairs import Affair, Agenda, Together
from tools.town.journal import Diary, Letter, Lived
from tools.town.speaking import Program, Writer, letter_of, press
from tools.town.stage import Stage
from tools.town.visits import Unexpected

#: A form is open for this long before it is sent; an answer may be called back for this long.
READING = timedelta(seconds=40)
UNDO = timedelta(seconds=10)
#: The house does by the minute what the town wakes so often, by the moved clock.
CLOCK_TURNS = timedelta(minutes=60)
AT_ONCE = 6


@dataclass
class Life:
    """A town at work in a house."""

    stage: Stage
    grain: timedelta
    diary: Diary = field(default_factory=Diary)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        doors = self.stage.doors
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._advisers: dict[str, Adviser] = {}
        self._reader = Program(self.stage.url, doors["key"])
        self._cursor = ""
        self._now = self._turned = self.stage.clock.read()

    def live(self, stories: Iterable[Story], until: datetime) -> None:
        """Live what happens before a moment, histories included."""
        agenda = self.agenda
        for story in stories:
            agenda.put_back(Affair(story))
        while together := agenda.take(until=until, within=self.grain, after=self._now + READING + UNDO):
            self._live(together)
            for affair in together.affairs:
                agenda.put_back(affair)
        self.move_to(max(until, self._now))

    @property
    def agenda(self) -> Agenda:
        """What is under way."""
        if not hasattr(self, "_agenda"):
            self._agenda = Agenda(())
        return self._agenda

    def pour(self, words: Sequence[tuple[str, Says]]) -> None:
        """Let the program post a night's reviews."""
        if words:
            with self._timed("avis"):
                self._reader.pour(self.stage.doors["reviews"], words)
                self.stage.rest()
            self._cursor_past()
            for key, said in words:
                self._note(key, 0, said.at)

    def turn_clock(self) -> None:
        """Let the house's minute pass: what should leave leaves, what is over is broken, what slept wakes."""
        with self._timed("horloge"):
            self.stage.wake(jobnames.MIND_THE_CLOCK)
        self._turned = self._now

    def move_to(self, at: datetime) -> None:
        """Let it be ``at`` in the house and here."""
        self._now = at
        self.stage.move_to(at)

    def words(self) -> list[dict[str, Any]]:
        """Return every word the house holds, as its API tells them."""
        return self._reader.words("")

    # ── one moment ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _live(self, together: Together) -> None:
        self.counts["moments"] += 1
        says = [(one, one.next) for one in together.affairs if isinstance(one.next, Says)]
        acts = [(one, one.next) for one in together.affairs if isinstance(one.next, Acts)]
        writers = self._open_forms(says, together.at)
        self.move_to(together.at)
        with self._timed("gestes et mots"):
            running = [self._pool.submit(self._send, writer) for writer in writers]
            running += [self._pool.submit(self._press, one, said) for one, said in says if said.via == Via.BUTTON]
            running += [self._pool.submit(self._work, login, work) for login, work in _by_adviser(acts).items()]
            self._hand_in([(one, said) for one, said in says if said.via == Via.MAIL])
            for future in running:
                future.result()
        with self._timed("repos"):
            self.stage.rest()
        self._collect(together)
        if any(done.deed == Deed.ANSWER for _one, done in acts):
            self.move_to(together.at + UNDO)
            self.turn_clock()
            self._collect(together, are_answers=True)
        elif self._now - self._turned > CLOCK_TURNS:
            self.turn_clock()
        self._find([(one, said) for one, said in says if said.via != Via.BUTTON])
        for one in together.affairs:
            one.told += 1

    def _open_forms(self, says: Sequence[tuple[Affair, Says]], at: datetime) -> list[Writer]:
        forms = [(one, said) for one, said in says if said.via == Via.FORM]
        if not forms:
            return []
        self.move_to(at - READING)
        contact = self.stage.doors["contact"]
        with self._timed("pages ouvertes"):
            return list(self._pool.map(lambda pair: Writer(self.stage.url, contact, *pair), forms))

    def _send(self, writer: Writer) -> None:
        try:
            more = writer.send()
        except Unexpected as problem:
            self._note(writer.affair.story.key, writer.affair.told, self._now, why=str(problem))
            return
        self._note(writer.affair.story.key, writer.affair.told, self._now, **more)

    def _press(self, affair: Affair, said: Says) -> None:
        press(self.stage.url, self.stage.doors["buttons"][said.place], affair.story.key, said)
        self._note(affair.story.key, affair.told, self._now)

    def _hand_in(self, mails: Sequence[tuple[Affair, Says]]) -> None:
        by_box: dict[str, list[tuple[Affair, Says]]] = defaultdict(list)
        for affair, said in mails:
            by_box[affair.story.says[0].place].append((affair, said))
        for box, together in by_box.items():
            self._hand_bag(box, together)

    def _hand_bag(self, box: str, mails: Sequence[tuple[Affair, Says]]) -> None:
        """Let the mails of one address come in; ``box``: a store's, or "" for the house's own."""
        doors = self.stage.doors
        bag = self.stage.folder / "sac"
        shutil.rmtree(bag, ignore_errors=True)
        bag.mkdir()
        for n, (affair, said) in enumerate(mails):
            raw = letter_of(affair, said, self._now, doors["addresses"][box])
            (bag / f"{n}.eml").write_bytes(raw)
            self._note(affair.story.key, affair.told, self._now)
        handed = self.stage.order("mail", folder=str(bag), touchpoint=doors["mail"][box])
        self.counts["courriels"] += handed.get("stored", 0)

    def _work(self, login: str, work: Sequence[tuple[Affair, Acts]]) -> None:
        if login not in self._advisers:
            self._advisers[login] = Adviser(login, self.stage.sign_in(login))
        for affair, done in work:
            why = affair.shown_due = ""
            try:
                self._advisers[login].do(affair, done)
            except Refused as refusal:
                why = str(refusal)
            self._note(affair.story.key, affair.told, self._now, why=why, **_shown(affair))
            self.counts[str(done.deed)] += 1

    def _note(self, story: str, step: int, at: datetime, *, why: str = "", **more: str) -> None:
        self.diary.lived.append(Lived(story, step, at, not why, why, more))

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────

    def _collect(self, together: Together, *, are_answers: bool = False) -> None:
        """Hand out the letters that came: each address is of one affair of this moment at most."""
        whose = {one.address.lower(): one for one in together.affairs if one.address}
        letters, self.stage.post.messages = self.stage.post.messages, []
        for taken in letters:
            affair = whose.get(taken.recipients[0].lower())
            self.diary.letters.append(
                Letter(taken.recipients[0], self._now, affair.story.key if affair else "", are_answers)
            )
            if affair:
                _receive(affair, taken)
        self.counts["lettres"] += len(letters)

    def _cursor_past(self) -> list[dict[str, Any]]:
        new = self._reader.words(self._cursor)
        if new:
            self._cursor = str(new[-1]["id"])
        return [word for word in new if word["direction"] == "in"]

    def _find(self, says: Sequence[tuple[Affair, Says]]) -> None:
        """Find the conversation of each word as somebody would: on the page of the customer who said it."""
        if not says:
            return
        with self._timed("conversations trouvées"):
            whose = {_sign(one.address): one for one, _said in says}
            for word in self._cursor_past():
                signs = [_sign(party["value"]) for party in word["parties"] if party["role"] == "author"]
                affair = next((whose[sign] for sign in signs if sign in whose), None)
                if affair is None or not word["customer_id"]:
                    continue
                if found := self._conversation(word):
                    affair.conversation = found
                    self.diary.conversations[f"{affair.story.key} {affair.told}"] = found

    def _conversation(self, word: dict[str, Any]) -> str:
        keeper = self._desk("yann")
        page = keeper.browser.get(f"/clients/{word['customer_id']}/").text
        found = re.search(rf'/conversations/([0-9a-f-]{{36}})/#mot-{word["id"]}"', page)
        return found[1] if found else ""

    def _desk(self, login: str) -> Adviser:
        if login not in self._advisers:
            self._advisers[login] = Adviser(login, self.stage.sign_in(login))
        return self._advisers[login]

    def _timed(self, what: str) -> _Timed:
        return _Timed(self.seconds, what)


@dataclass
class _Timed:
    """Adds what a paragraph takes to the seconds of a name."""

    seconds: Counter[str]
    what: str
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.what] += time.monotonic() - self.began  # type: ignore[assignment]


def _by_adviser(acts: Sequence[tuple[Affair, Acts]]) -> dict[str, list[tuple[Affair, Acts]]]:
    found: dict[str, list[tuple[Affair, Acts]]] = defaultdict(list)
    for affair, done in acts:
        found[done.by].append((affair, done))
    return found


def _shown(affair: Affair) -> dict[str, str]:
    return {"due": affair.shown_due} if affair.shown_due else {}


def _receive(affair: Affair, taken: Taken) -> None:
    """What somebody keeps of a letter: where to answer, and the page it leads to."""
    held, message = affair.held, taken.message
    held.reply_to = str(message["Reply-To"] or message["From"])
    held.message_id = str(message["Message-ID"])
    if found := re.search(r"https?://[^\s<>\"]+/suivi/[^\s<>\"]+", taken.text()):
        held.link = urlsplit(found[0]).path


def _sign(value: str) -> str:
    """An address or a number as two writings of it agree."""
    return value.lower() if "@" in value else re.sub(r"\D", "", value)[-9:]
