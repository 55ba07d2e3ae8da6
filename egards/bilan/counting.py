"""The counts of « le bilan », out of words already read. Pure, and each can be done again by hand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from egards.bilan.needs import Need, needs
from egards.bilan.shares import Middle, Share, middle
from egards.bilan.words import Haul, Word

#: A need younger than this at the last message of the mailbox is not called unanswered: nobody had the time.
TOO_YOUNG = timedelta(days=2)
#: Two messages closer than this are one: the second adds what the first forgot.
SAME_BREATH = timedelta(hours=1)
STEPS = (("en moins de 4\u00a0heures", 4), ("de 4 à 24\u00a0heures", 24), ("de 1 à 3\u00a0jours", 72),
         ("de 3 à 7\u00a0jours", 168), ("après plus de 7\u00a0jours", None))  # fmt: skip
_REPEATED = re.compile(
    r"""\b(?:deuxi[eè]me|seconde?|2\ ?(?:e|eme|ème|nde?)|troisi[eè]me|3\ ?(?:e|eme|ème)|quatri[eè]me|4\ ?(?:e|eme|ème)
    |cinqui[eè]me|5\ ?(?:e|eme|ème)|[eé]ni[eè]me|ni[eè]me)\s+
      (?:appel|message|mail|e-mail|courriel|courrier|relance|demande|tentative|r[eé]clamation)s?\b
    |\b(?:deuxi[eè]me|troisi[eè]me|quatri[eè]me|cinqui[eè]me|[eé]ni[eè]me)\ fois\ que\ (?:je|j['’]|nous|on)
    |\bje\ (?:vous\ )?(?:relance|r[eé][eé]cris)\b|\bnous\ vous\ relançons\b
    |\bje\ me\ permets\ de\ (?:vous\ )?relancer\b
    |\b(?:malgr[eé]|apr[eè]s)\s+(?:mes|nos|plusieurs|deux|trois|quatre|cinq|de\ nombreux|de\ nombreuses)\s+
      (?:\w+\ )?(?:appels|messages|mails|e-mails|courriels|courriers|relances|demandes)\b
    |\b(?:sans|pas\ (?:eu\ )?de|aucune)\ (?:r[eé]ponse|nouvelles?)\ (?:de\ (?:votre|leur)\ part|à\ (?:mon|mes|ce\ jour))
    |\bje\ vous\ (?:ai\ )?d[eé]j[aà]\ (?:[eé]crit|appel[eé]|contact[eé]|signal[eé])
    |\bj['’]ai\ d[eé]j[aà]\ (?:[eé]crit|appel[eé]|t[eé]l[eé]phon[eé]|envoy[eé]|relanc[eé]|signal[eé])""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Theme:
    """How often a theme is spoken of (``n`` words of ``of``), and how: unhappily, happily, or neither."""

    code: str
    n: int
    unhappy: int
    happy: int


@dataclass(frozen=True, slots=True)
class Tones:
    """Words with something to read, by what they say on the whole; ``mixed`` is what the engine would not swear to."""

    unhappy: int = 0
    mixed: int = 0
    plain: int = 0
    happy: int = 0

    @property
    def n(self) -> int:
        """All of them."""
        return self.unhappy + self.mixed + self.plain + self.happy


@dataclass(frozen=True, slots=True)
class Waits:
    """What became of needs. ``unanswered`` is over needs old enough; ``steps`` are how soon the answered were, with
    the same n. ``median`` counts running waits as running; ``silence`` is how long the unanswered have waited."""

    unanswered: Share
    young: int
    steps: tuple[Share, ...]
    median: Middle
    silence: Middle


@dataclass(frozen=True, slots=True)
class Effort:
    """What people spent writing to us: characters typed, messages, and messages that only repeated."""

    characters: int
    messages: int
    repeats: int

    def hours(self, a_minute: int, start: float, again: float) -> float:
        """Hours for a typing speed (characters a minute), minutes to begin a message, and minutes more to repeat."""
        return (self.characters / a_minute + start * self.messages + again * self.repeats) / 60


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything the report says. ``can_see_answers``: the mailbox holds mail of ours, so silence can be told."""

    customers: int
    people: int
    first: datetime | None
    last: datetime | None
    tones: Tones
    themes: tuple[Theme, ...]
    causes: tuple[tuple[str, Share], ...]
    can_see_answers: bool
    waits: Waits
    silencing: Share
    repeated: Share
    effort: Effort
    sides: dict[str, int]
    machines: dict[str, int]
    undated: int
    wordless: int
    foreign: int


def count(haul: Haul) -> Counts:
    """Count a haul."""
    words = haul.words
    customers = [word for word in words if word.side == "customer"]
    dates = [word.at for word in words if word.at]
    last = max((word.at for word in words if word.at and not word.is_row), default=None)
    ours = [word for word in words if word.side in ("ours", "our_machine")]
    can_see_answers = any(word.side == "ours" for word in words)
    asked = needs(words) if can_see_answers else []  # else each message after an answer would seem to repeat
    return Counts(
        customers=len(customers),
        people=len({word.author for word in customers if word.author}),
        first=min(dates, default=None),
        last=max(dates, default=None),
        tones=tones(customers),
        themes=themes(customers),
        causes=causes(customers),
        can_see_answers=can_see_answers,
        waits=waits(asked, last),
        silencing=Share(sum(word.silences for word in ours), len(ours)),
        repeated=repeated(customers, asked),
        effort=effort(customers, asked),
        sides=dict(Counter(word.side for word in words)),
        machines=dict(Counter(word.machine for word in words if word.side == "automatic")),
        undated=sum(word.at is None for word in words),
        wordless=sum(not (word.text.strip() or word.subject.strip()) for word in customers),
        foreign=sum(word.reading is not None and word.reading.language == "und" and len(word.text) > 60
                    for word in customers),
    )  # fmt: skip


def tone(word: Word) -> str:
    """Return unhappy, mixed, plain or happy; an ambiguous reading is never forced to a side."""
    reading = word.reading
    if reading is None or (reading.polarity == 0 and not reading.ambiguous):
        return "plain"
    return "mixed" if reading.ambiguous else ("unhappy" if reading.polarity < 0 else "happy")


def tones(customers: Sequence[Word]) -> Tones:
    """Count the tones of words that hold something to read."""
    return Tones(**Counter(tone(word) for word in customers if _says_something(word)))


def themes(customers: Sequence[Word]) -> tuple[Theme, ...]:
    """Count each theme once a word, the most spoken of first."""
    spoken: dict[str, Counter[str]] = defaultdict(Counter)
    for word in customers:
        for one in word.reading.themes if word.reading else ():
            how = "" if one.ambiguous or not one.polarity else "unhappy" if one.polarity < 0 else "happy"
            spoken[one.theme].update(("n", how))
    found = [Theme(code, some["n"], some["unhappy"], some["happy"]) for code, some in spoken.items()]
    return tuple(sorted(found, key=lambda theme: (-theme.n, theme.code)))


def causes(customers: Sequence[Word]) -> tuple[tuple[str, Share], ...]:
    """Return what unhappy words blame, as shares of the unhappy words; one word may blame several."""
    unhappy = [word for word in customers if tone(word) == "unhappy"]
    blamed = Counter(theme for word in unhappy for theme in blames(word))
    ranked = sorted(blamed.items(), key=lambda item: (-item[1], item[0]))
    return tuple((code, Share(some, len(unhappy))) for code, some in ranked)


def blames(word: Word) -> tuple[str, ...]:
    """Return the themes that a word speaks ill of, surely."""
    some = word.reading.themes if word.reading else ()
    return tuple(one.theme for one in some if one.polarity < 0 and not one.ambiguous)


def waits(asked: Sequence[Need], last: datetime | None) -> Waits:
    """Count how long needs waited, up to the last message of the mailbox."""
    if last is None:
        return Waits(Share(0, 0), 0, (), middle([]), middle([]))
    old = [need for need in asked if last - need.since >= TOO_YOUNG]
    ended = [need.wait(last) for need in old if need.answered_at]
    running = [need.wait(last) for need in old if not need.answered_at]
    steps, low = [], 0.0
    for _label, hours in STEPS:
        high = hours * 3600 if hours else float("inf")
        steps.append(Share(sum(low <= wait < high for wait in ended), len(old)))
        low = high
    return Waits(
        unanswered=Share(len(running), len(old)),
        young=len(asked) - len(old),
        steps=tuple(steps),
        median=middle(ended, running),
        silence=middle(running),
    )


def again(need: Need) -> list[Word]:
    """Return what a person wrote again before we answered; what follows within the hour is the same word."""
    more, before = list[Word](), need.asked[0].at
    for word in need.asked[1:]:
        if before and word.at and word.at - before >= SAME_BREATH:
            more.append(word)
            before = word.at
    return more


def says_again(word: Word) -> bool:
    """Whether a word says that it is not the first: « troisième appel », « je vous relance »."""
    return bool(_REPEATED.search(f"{word.subject}\n{word.text}"))


def repeated(customers: Sequence[Word], asked: Sequence[Need]) -> Share:
    """Return who had to repeat, of all who wrote: people when addresses are known, else words taken one by one."""
    people = {word.author or f"#{place}" for place, word in enumerate(customers)}
    some = {need.person for need in asked if again(need)}
    some |= {word.author or f"#{place}" for place, word in enumerate(customers) if says_again(word)}
    return Share(len(some & people), len(people))


def effort(customers: Sequence[Word], asked: Sequence[Need]) -> Effort:
    """Add up what people did: each message written, and each that was there only because the first had no answer."""
    written = [word for word in customers if word.text.strip()]
    seen = {id(word) for need in asked for word in again(need)}
    repeats = sum(id(word) in seen or says_again(word) for word in written)
    return Effort(sum(len(word.text) for word in written), len(written), repeats)


def _says_something(word: Word) -> bool:
    has_score = word.reading is not None and any(reason.code == "score-alone" for reason in word.reading.reasons)
    return bool(word.text.strip() or word.subject.strip()) or has_score
