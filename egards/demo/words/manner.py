"""The manner of a text: typos, missing accents, SMS spelling, capitals, emojis. Pure; names and figures are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final

from egards.demo.words.nouns import Kind, Length, Mood, Person, Politeness, Spelling, Style

EMOJIS: Final = {
    Mood.ANGRY: "😡 🤬 😤 👎 😠".split(),
    Mood.IRONIC: "🙃 👏 🙄 😏".split(),
    Mood.DISAPPOINTED: "😞 😒 😕 👎 😔".split(),
    Mood.WORRIED: "😟 😕 🙏".split(),
    Mood.FUNNY: "😅 😂 🤣 😄".split(),
    Mood.HAPPY: "😊 👍 🙂 🙏".split(),
    Mood.DELIGHTED: "😍 🤩 ❤️ 👏 🎉 🌟".split(),
    Mood.MIXED: "🙂 😕 🤷".split(),
    Mood.CALM: "🙂 🙏".split(),
}
SMS: Final = {
    "toujours": "tjrs",
    "beaucoup": "bcp",
    "pour": "pr",
    "vous": "vs",
    "c'est": "c",
    "problème": "pb",
    "quand": "qd",
    "s'il vous plaît": "svp",
    "parce que": "pcq",
    "quelqu'un": "qqn",
    "quelque chose": "qqch",
    "message": "msg",
    "réponse": "rep",
    "rendez-vous": "rdv",
    "aujourd'hui": "ajd",
    "maintenant": "mtn",
    "jamais": "jms",
    "pourquoi": "pk",
    "désolé": "dsl",
    "j'ai": "g",
    "que": "ke",
    "dans": "ds",
    "avec": "avc",
    "tout": "tt",
    "merci": "mci",
    "bonjour": "bjr",
    "je suis": "chui",
    "commande": "cmd",
}
_SMS: Final = re.compile(r"\b(" + "|".join(sorted(map(re.escape, SMS), key=len, reverse=True)) + r")\b", re.IGNORECASE)
#: What hurried people write: a pattern and what it becomes.
SLIPS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(wrong), right)
    for wrong, right in (
        (r"\bj'ai (\w+)é\b", r"j'ai \1er"),
        (r"\bça\b", "sa"),
        (r"\bà\b", "a"),
        (r"\bses\b", "ces"),
        (r"\b(?<!n')est pas\b", "et pas"),
        (r"\bc'est\b", "cest"),
        (r"\bC'est\b", "Cest"),
        (r"\bj'ai\b", "jai"),
        (r"\bne (\w+) pas\b", r"\1 pas"),
        (r"\b([Jj])e n'(\w+) pas\b", r"\1'\2 pas"),
        (r"\b([Cc])e n'est pas\b", r"\1'est pas"),
        (r"(?<![JjCc]e )\bn'(\w+) pas\b", r"\1 pas"),
        (r"\bne (\w+) plus\b", r"\1 plus"),
        (r"\bquelqu'un\b", "quelquun"),
        (r"\bpeut-être\b", "peut etre"),
        (r"\bpeux\b", "peut"),
        (r"\b(\w+)ées\b", r"\1és"),
        (r"\b(\w{4,})és\b", r"\1é"),
        (r"\b(\w{4,})ée\b", r"\1é"),
        (r"\bvoulez\b", "voulé"),
        (r"\bpouvez\b", "pouver"),
        (r"\bservice\b", "servise"),
        (r"\bprofessionnel", "profesionnel"),
        (r"\baccueil", "acceuil"),
        (r"\ballô\b", "allo"),
        (r"\bmalgré\b", "malgrès"),
        (r"\bréception\b", "reception"),
        (r"\bapparemment\b", "apparament"),
        (r"\bappel", "apel"),
        (r"\brappel", "rapel"),
        (r"\bemballage", "embalage"),
        (r"\bconfort", "comfort"),
        (r"\blangage\b", "language"),
        (r"\bparmi\b", "parmis"),
        (r"\bquand même\b", "quant même"),
        (r"\bdavantage\b", "d'avantage"),
        (r"\bmarche\b", "marge"),
        (r", ", " , "),
        (r"\. ([A-ZÉÀÇ])", r".\1"),
        (r" !", "!"),
        (r" \?", "?"),
    )
)
_WORD: Final = re.compile(r"(?<![\w@/.-])[a-zéèêàçôûùîï]{5,}(?![\w@/-]|\.\w)")
_CLOSED: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae"})
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]+(?=\s|$)")
LENGTHS: Final = {
    Kind.MAIL: (0.05, 0.25, 0.42, 0.23, 0.05),
    Kind.FORM: (0.16, 0.40, 0.34, 0.09, 0.01),
    Kind.REVIEW: (0.24, 0.36, 0.29, 0.09, 0.02),
    Kind.CALL_NOTE: (0.2, 0.5, 0.3, 0.0, 0.0),
    Kind.CHAT: (0.5, 0.42, 0.08, 0.0, 0.0),
}
TYPOS: Final = {Spelling.CAREFUL: 0.0, Spelling.ORDINARY: 0.009, Spelling.CARELESS: 0.045}


def draw_style(*, person: Person, kind: Kind, chance: Random) -> Style:
    """A manner that suits the person and the place; a careful person never writes like an SMS."""
    careless = person.spelling == Spelling.CARELESS
    careful = person.spelling == Spelling.CAREFUL
    written = kind in (Kind.MAIL, Kind.FORM)
    return Style(
        length=chance.choices(tuple(Length), LENGTHS[kind])[0],
        typos=TYPOS[person.spelling] * chance.random() * 2,
        accents=chance.random() > (0.35 if careless else 0.0 if careful else 0.08),
        sms=careless and chance.random() < (0.5 if person.age == "young" else 0.12),
        capitals=not careful and chance.random() < 0.04,
        emojis=chance.choice((1, 1, 2, 3)) if chance.random() < _emoji_share(person, kind) else 0,
        bullets=written and chance.random() < 0.07,
        formal=written and not careless and chance.random() < (0.6 if person.politeness == Politeness.HIGH else 0.08),
    )


def _emoji_share(person: Person, kind: Kind) -> float:
    share = {"young": 0.3, "adult": 0.14, "senior": 0.06}[person.age]
    return share * {Kind.MAIL: 0.4, Kind.CALL_NOTE: 0.0}.get(kind, 1.0)


def dress(text: str, *, style: Style, person: Person, mood: Mood, chance: Random) -> str:
    """Give a well-written body its manner."""
    if style.emojis:
        text = _with_emojis(text, style.emojis, EMOJIS[mood], chance)
    if style.sms:
        text = _SMS.sub(lambda found: _shortened(found, chance), text)
    if style.typos:
        text = _slip(text, style.typos, chance)
    if mood == Mood.ANGRY and chance.random() < 0.3:
        text = _shout(text, chance)
    if style.capitals:
        text = text.upper()
    if not style.accents:
        text = without_accents(text)
    if person.spelling == Spelling.CARELESS and chance.random() < 0.35:
        text = text.lower()
    elif person.spelling == Spelling.CAREFUL and chance.random() < 0.3:
        text = text.replace("'", "’")
    return text


def without_accents(text: str) -> str:
    """« reçu à l'été » → « recu a l'ete »; signs and emojis stay."""
    bare = unicodedata.normalize("NFD", text.translate(_CLOSED))
    return "".join(sign for sign in bare if not "\u0300" <= sign <= "\u036f")


def _shortened(found: re.Match[str], chance: Random) -> str:
    return SMS[found[0].lower()] if chance.random() < 0.7 else found[0]


def _with_emojis(text: str, most: int, signs: list[str], chance: Random) -> str:
    """At the end, all together or the same one repeated."""
    many = chance.randint(1, most)
    drawn = chance.choice(signs) * many if chance.random() < 0.4 else "".join(chance.choices(signs, k=many))
    return f"{text} {drawn}"


def _slip(text: str, rate: float, chance: Random) -> str:
    """Around ``rate`` slips a word: known confusions first, then slips of the fingers."""
    wished = rate * text.count(" ")
    for _ in range(int(wished) + (chance.random() < wished % 1)):
        text = _confuse(text, chance)
    return text


def _confuse(text: str, chance: Random) -> str:
    """One of the known confusions, or a slip of the fingers where none of five fits."""
    for wrong, right in chance.sample(SLIPS, 5):
        changed = wrong.sub(right, text, count=1)
        if changed != text:
            return changed
    return _fumble(text, chance)


def _fumble(text: str, chance: Random) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    found = chance.choice(words)
    word = found[0]
    at = chance.randint(1, len(word) - 3)
    ways: tuple[Callable[[], str], ...] = (
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
    )
    return text[: found.start()] + chance.choice(ways)() + text[found.end() :]


def _shout(text: str, chance: Random) -> str:
    """One sentence in capitals, or more marks than needed."""
    sentences = list(_SENTENCE.finditer(text))
    if not sentences:
        return text
    found = chance.choice(sentences)
    if chance.random() < 0.45 and len(found[0]) < 90:
        return text[: found.start()] + found[0].upper() + text[found.end() :]
    said = found[0].rstrip(".!? ") + " " + chance.choice(("!!!", "!!", "!!!!", "!"))
    return text[: found.start()] + said + text[found.end() :]
