"""What a text names that can be looked up: dates, amounts, order numbers, phones, addresses, accounts; each masked.

Numbers with a key (IBAN mod 97, NIR 97, card Luhn) are only those whose key is right. Phones are those of a numbering
plan: ten digits of France, or an international number with its « + ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from egards.understanding.engines.sensitive import Pattern, sensitive_spans
from egards.understanding.reading import Span

EntityKind = Literal["email", "iban", "nir", "card", "password", "phone", "date", "amount", "order"]
#: Kinds that say who someone is, or open something: never shown whole.
PERSONAL: Final = frozenset({"email", "iban", "nir", "card", "password", "phone"})

_MONTHS = (
    "janvier|janv|février|fevrier|févr|fev|mars|avril|avr|mai|juin|juillet|juil|août|aout|septembre|sept|octobre|oct|"
    "novembre|nov|décembre|decembre|déc"
)
_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_SPACE = "[ \u00a0\u202f]"
_KINDS: Final[tuple[tuple[EntityKind, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")),
    (
        "phone",
        re.compile(
            r"(?<![\w.+])(?:0[1-9](?:[ .\-]?\d\d){4}|(?:\+|00)[1-9]\d{0,2}(?:[ .\-]?\(0\))?(?:[ .\-]?\d){7,11})(?!\d)"
        ),
    ),
    (
        "date",
        re.compile(
            rf"(?i)(?<![\w/.-])(?:(?:(?:{_DAYS})\s+)?(?:0?[1-9]|[12]\d|3[01]|1er)\s+(?:{_MONTHS})\b\.?(?:\s+(?:19|20)\d\d)?"
            r"|(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])[/.\-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
            r"|(?:0?[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2]))(?![\w/]|-\d)"
        ),
    ),
    (
        "amount",
        re.compile(
            rf"(?i)(?<![\w.,])(?:\d{{1,3}}(?:[ .\u00a0\u202f]\d{{3}})+|\d+)(?:[.,]\d{{1,2}})?{_SPACE}?"
            rf"(?:€|euros?\b|eur\b)(?:{_SPACE}?\d\d(?!\d))?|€{_SPACE}?\d+(?:[.,]\d\d)?"
        ),
    ),
    (
        "order",
        re.compile(
            r"(?i)\b(?:commande|cmd|cde|order|dossier|contrat|facture|colis|suivi|référence|reference|réf|ref|sinistre|"
            rf"client)\b{_SPACE}*(?:n°|nº|no\b\.?|num[ée]ro|n\b|#|:)*{_SPACE}*:?{_SPACE}*"
            r"(?P<value>#?(?=[A-Z0-9-]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z0-9]+(?:-[A-Z0-9]+)*)(?![\w€])"
            r"|#(?P<sharp>[A-Z0-9-]*\d{3}[A-Z0-9-]*)"
        ),
    ),
)
# What each kind cannot do without, cheap to look for: the exact expressions try their many words at every place, and
# most texts name nothing. Each takes more than its expression does.
_TRACES: Final[dict[EntityKind, re.Pattern[str]]] = {
    "email": re.compile("@"),
    "phone": re.compile(r"\d[\d .()\-]{7,}"),
    "date": re.compile(r"(?i)\d(?:er)?(?:\s+[jfmasond]|[/.\-]\d)"),
    "amount": re.compile(rf"(?i)\d{_SPACE}?(?:€|eur)|€{_SPACE}?\d"),
    "order": re.compile(r"\d[\w-]*\d[\w-]*\d"),
}
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named: its kind, its place in the text, and how it may be shown to anyone."""

    kind: EntityKind
    span: Span
    masked: str


def find_entities(text: str, patterns: tuple[Pattern, ...]) -> tuple[Entity, ...]:
    """What a text names, in its order, without overlap; ``patterns`` are the plan's numbers with a key."""
    if "@" not in text and "€" not in text and _DIGIT.search(text) is None:
        return ()
    found: list[tuple[EntityKind, Span]] = []
    for kind, span in _candidates(text, patterns):
        if all(span.end <= other.start or span.start >= other.end for _, other in found):
            found.append((kind, span))
    found.sort(key=lambda entity: entity[1].start)
    return tuple(Entity(kind, span, masked(kind, text[span.start : span.end])) for kind, span in found)


def _candidates(text: str, patterns: tuple[Pattern, ...]) -> Iterator[tuple[EntityKind, Span]]:
    """The surest first: a number whose key is right is no telephone."""
    by_code: dict[str, EntityKind] = {"iban": "iban", "nir": "nir", "card": "card", "password": "password"}
    for code, span in sensitive_spans(text, patterns):
        if code in by_code:
            yield by_code[code], span
    for kind, pattern in _KINDS:
        if _TRACES[kind].search(text) is None:
            continue
        for match in pattern.finditer(text):
            group = match.lastgroup or 0
            yield kind, Span(match.start(group), match.end(group))


def masked(kind: EntityKind, value: str) -> str:
    """How a value is shown: enough to be recognised by who knows it, not enough to be used."""
    if kind == "email":
        name, _, domain = value.partition("@")
        return f"{name[:1]}•••@{domain}"
    if kind == "password":
        return "••••"
    if kind not in PERSONAL:
        return value
    kept = "".join(value.split())
    return f"•••• {kept[-2:]}" if kind != "iban" else f"{kept[:2].upper()}•• •••• {kept[-3:]}"


def mask(text: str, entities: tuple[Entity, ...], span: Span) -> str:
    """A passage of the text with what is personal masked."""
    if not entities:
        return text[span.start : span.end]
    said, at = [], span.start
    for entity in entities:
        if entity.kind in PERSONAL and entity.span.end > at and entity.span.start < span.end:
            said += [text[at : max(at, entity.span.start)], entity.masked]
            at = min(span.end, entity.span.end)
    return "".join([*said, text[at : span.end]])
