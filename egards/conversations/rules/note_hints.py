"""What a note about a customer should do without, and what to write instead.

Source: CNIL, « Zones bloc note et commentaires » (28 February 2019; domain B.3). The words are in
``packs/note_hints.toml``; they make one think, and the author may keep the note all the same. Numbers that open an
account, and passwords, are refused. This looks for words, not for meaning: a note without hints may still be unfair.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egards.conversations.rules.secret_numbers import bank_accounts, payment_cards, social_security_numbers

PACK: Final = Path(__file__).resolve().parents[1] / "packs" / "note_hints.toml"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that should not stand in a note: which kind, where, and a sentence that says what to write instead."""

    code: str
    start: int
    end: int
    sentence: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one hint of the pack."""

    code: str
    sentence: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


_REFUSED: Final = {
    "nir": "Un numéro de sécurité sociale ne se garde pas ici. Retirez-le.",
    "iban": "Un numéro de compte ne se garde pas ici. Retirez-le\u202f; écrivez «\u202fcoordonnées reçues\u202f».",
    "card": "Un numéro de carte ne se garde nulle part. Retirez-le.",
    "password": "Un mot de passe ne s’écrit pas. Retirez-le, et proposez à la personne d’en changer.",
}
_SECRET_NAMES = (
    r"mots? de passe|mdp|password|passwd|code (?:secret|confidentiel|pin|de (?:la )?carte)|cryptogramme|cvv|cvc"
)
#: What is said of a password without saying it: « mot de passe : oublié ».
_ABOUT = (
    r"(?:oubli|perdu|incorrect|inconnu|invalid|refus|expir|reinit|bloqu|probl|demand|modifi|errone)\w*"
    r"|change[ers]*|ok|oui|non|pas|a"
)
_MIXED = r"(?=\S{3})(?=\S*[\d@#$%&*+=])\S*[\w@#$%&*+=]"
_ALONE = r"\w{3,}(?=[^\S\n]*(?:[\n.,;!?)»\"']|\Z))"
_PASSWORD = re.compile(
    rf"\b(?:{_SECRET_NAMES})(?:(?: +\w+){{0,3}} *[:=] *[«\"']? *(?!(?:{_ABOUT})(?!\w))(?:{_MIXED}|{_ALONE})"
    rf"|(?: +\w+)? +est +[«\"']? *{_MIXED}| +{_MIXED})"
)


def hints(text: str) -> list[Hint]:
    """Return what a note should do without, in its order; of two that overlap, what is refused, then the longest."""
    plain, places = _plain(text)
    found = [*_refused(text, plain, places), *_discouraged(plain, places)]
    found.sort(key=lambda hint: (not hint.blocks, hint.start - hint.end, hint.start))
    kept: list[Hint] = []
    for hint in found:
        if all(hint.end <= other.start or other.end <= hint.start for other in kept):
            kept.append(hint)
    return sorted(kept, key=lambda hint: hint.start)


def _refused(text: str, plain: str, places: list[int]) -> Iterator[Hint]:
    finders = (("nir", social_security_numbers), ("iban", bank_accounts), ("card", payment_cards))
    for code, find in finders:
        for start, end in find(text):
            yield Hint(code, start, end, _REFUSED[code], blocks=True)
    for match in _PASSWORD.finditer(plain):
        start, end = places[match.start()], places[match.end() - 1] + 1
        yield Hint("password", start, end, _REFUSED["password"], blocks=True)


def _discouraged(plain: str, places: list[int]) -> Iterator[Hint]:
    for kind in WORDS:
        innocent = [match.span() for match in kind.unless.finditer(plain)] if kind.unless else []
        for match in kind.words.finditer(plain):
            if not any(start < match.end() and match.start() < end for start, end in innocent):
                start, end = places[match.start()], places[match.end() - 1] + 1
                yield Hint(kind.code, start, end, kind.sentence, blocks=False)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text without accents and capitals, and the place in the text of each of its characters."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _LIKE.get(character) or unicodedata.normalize("NFD", character.casefold())
        bare = [c for c in folded if not unicodedata.combining(c)]
        plain += bare
        places += [place] * len(bare)
    return "".join(plain), places


_LIKE: Final = {"’": "'", "ʼ": "'", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"} | dict.fromkeys(
    "\t\u00a0\u202f\u2009", " "
)


# ── the pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(text: str) -> tuple[_Words, ...]:
    pack = tomllib.loads(text)
    verb = rf"[ -]+{_any_of(pack['verbs'])}"
    nouns, titles, pronouns = (_any_of(pack[name]) for name in ("nouns", "titles", "pronouns"))
    somebody = rf"{nouns}(?:{verb}){{0,4}}|{titles}(?: [\w-]+){{0,2}}?(?:{verb}){{1,4}}"
    names = {"{personne}": f"(?:{somebody})", "{il}": rf"(?:{somebody}|{pronouns}(?:{verb}){{0,4}})"}
    return tuple(
        _Words(
            hint["code"],
            hint["sentence"],
            _pattern(hint["words"], names),
            _pattern(hint["unless"], names) if hint["unless"] else None,
        )
        for hint in pack["hint"]
    )


def _pattern(phrases: list[str], names: Mapping[str, str]) -> re.Pattern[str]:
    """One expression for phrases of the pack."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(_phrase(phrase, names) for phrase in phrases)})(?!\w)")


def _phrase(phrase: str, names: Mapping[str, str]) -> str:
    ending = "" if phrase.endswith(("!", "~")) else "(?:e|s|es|x)?"
    return r"[\s-]+".join(names.get(word) or _word(word) for word in phrase.rstrip("!").split()) + ending


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(map(_word, words.split()))})"


def _word(word: str) -> str:
    """A word of the pack as an expression; « ~ » ends it in any way."""
    return re.escape(word.removesuffix("~")) + (r"\w*" if word.endswith("~") else "")


WORDS: Final = _read(PACK.read_text(encoding="utf-8"))
