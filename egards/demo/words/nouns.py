"""What the words are about and who says them: plain frozen values, no Django, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """Where it is said: it decides greetings, signatures and length."""

    MAIL = "mail"
    FORM = "form"
    REVIEW = "review"
    CALL_NOTE = "call_note"
    CHAT = "chat"


class Mood(StrEnum):
    """How the person feels while writing. ``MIXED`` praises one thing and blames another."""

    CALM = "calm"
    WORRIED = "worried"
    DISAPPOINTED = "disappointed"
    ANGRY = "angry"
    IRONIC = "ironic"
    FUNNY = "funny"
    MIXED = "mixed"
    HAPPY = "happy"
    DELIGHTED = "delighted"


class Length(StrEnum):
    """From one line to forty."""

    LINE = "line"
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"
    EPIC = "epic"


class Age(StrEnum):
    """An age band."""

    YOUNG = "young"
    ADULT = "adult"
    SENIOR = "senior"


class Tongue(StrEnum):
    """French, French with English in it, English, or French learnt late."""

    FRENCH = "fr"
    MIXED = "mixed"
    ENGLISH = "en"
    LEARNT = "learnt"


class Spelling(StrEnum):
    """How much care a person takes of what they write."""

    CAREFUL = "careful"
    ORDINARY = "ordinary"
    CARELESS = "careless"


class Politeness(StrEnum):
    """How many forms a person puts on."""

    BLUNT = "blunt"
    ORDINARY = "ordinary"
    HIGH = "high"


class Quality(StrEnum):
    """How an adviser answers."""

    GOOD = "good"
    CURT = "curt"
    TEMPLATE = "template"
    WARM_LATE = "warm_late"


class Turn(StrEnum):
    """Where an answer stands in its thread: the first; after a precision; after « it still does not work »; about a
    promise: kept, kept too late, moved to another date."""

    FIRST = "first"
    AGAIN = "again"
    WRONG = "wrong"
    KEPT = "kept"
    LATE = "late"
    MOVED = "moved"


class Follow(StrEnum):
    """Why a person writes again in the same thread."""

    NUDGE = "nudge"
    THANKS = "thanks"
    REPLY = "reply"
    NEWS = "news"
    STILL_WRONG = "still_wrong"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Product:
    """An invented product. ``noun`` takes ``gender`` ("m"/"f"); all are singular. ``price`` in cents."""

    key: str
    noun: str
    name: str
    short: str
    gender: str
    traits: tuple[str, ...]
    price: int
    english: str

    @property
    def label(self) -> str:
        """As a shelf tag says it: « Lampe de chevet Ajonc »."""
        return f"{self.noun[:1].upper()}{self.noun[1:]} {self.name}"

    @property
    def category(self) -> str:
        """Its first trait: furniture, textile, lamp, kitchen…"""
        return self.traits[0]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. ``gender`` is "f" or "m"; ``phone``, when given, may be signed with."""

    first: str
    last: str
    gender: str
    age: Age = Age.ADULT
    tongue: Tongue = Tongue.FRENCH
    spelling: Spelling = Spelling.ORDINARY
    politeness: Politeness = Politeness.ORDINARY
    phone: str = ""
    city: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works there. ``role`` is a name of the house's roles; ``phone`` a number kept for fiction."""

    first: str
    last: str
    gender: str
    role: str
    title: str
    place: str
    phone: str
    login: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Place:
    """A store, a workshop, a desk. ``city`` takes no article."""

    key: str
    name: str
    city: str
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text may tell; whatever is missing is never mentioned. ``amount`` in cents, ``days`` of waiting.

    ``times``: how many times the person has already asked (counting this one). ``cause`` is a key of
    ``texts/causes.toml``. ``promise`` is a noun phrase (« un pied neuf ») due by ``promised_by``. ``hour`` is the hour
    at which it is written, on the wall.
    """

    today: date
    product: Product | None = None
    order: str = ""
    place: Place | None = None
    ordered_on: date | None = None
    due_on: date | None = None
    delivered_on: date | None = None
    amount: int | None = None
    days: int | None = None
    times: int | None = None
    adviser: Member | None = None
    carrier: str = ""
    code: str = ""
    cause: str = ""
    promise: str = ""
    promised_by: date | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """The manner of one text. ``typos`` is a rate per word (0..0.2); ``emojis`` how many at most."""

    length: Length = Length.MEDIUM
    typos: float = 0.0
    accents: bool = True
    sms: bool = False
    capitals: bool = False
    emojis: int = 0
    bullets: bool = False
    formal: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person who reads the text would say of it; ``themes`` and ``intents`` are the plan's names."""

    themes: tuple[str, ...]
    polarity: int
    intents: tuple[str, ...] = ()
    is_urgent: bool = False
    is_ironic: bool = False
    is_ambiguous: bool = False
    effort_said: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One composed text and the truth about it. ``subject`` is empty where a kind has none."""

    subject: str
    text: str
    truth: Truth


@dataclass(slots=True)
class Before:
    """What an answer comes after: the customer's words (``heard``) and the sentences already written in the thread.

    ``kept`` says what was done of a promise; ``is_settled`` when nothing more is to come.
    """

    heard: str = ""
    told: set[str] = field(default_factory=set)
    turn: Turn = Turn.FIRST
    kept: str = ""
    is_settled: bool = False
