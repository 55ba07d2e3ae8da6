"""Faults of French typography, and words we do not say to customers.

Pure: text in, faults out. ``faults`` reads a plain French text; ``template_text`` takes from a template what
a reader would see as it is written there (translated strings are read in their catalogue instead); ``glued`` ties
what somebody wrote with plain spaces.
The rules are those of ``docs`` « Voix » and of the Imprimerie nationale's *Lexique*, with the thin space
U+202F before the four high signs, the colon included.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

FORBIDDEN_WORDS = (
    "CRM", "NPS", "SLA", "ticket", "feedback", "churn", "workflow", "escalade", "token", "no-reply", "noreply",
    "malheureusement", "n’hésitez pas", "suite à votre",
)  # fmt: skip

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("apostrophe: ’", re.compile(r"'")),
    ("quotation marks: « »", re.compile(r'"')),
    ("ellipsis: …", re.compile(r"\.\.\.")),
    ("U+202F before ; ! ?", re.compile(r"(?<![\u202f?!(])[;!?](?=[\s)»…!?]|$)", re.MULTILINE)),
    ("U+202F before :", re.compile(r"(?<!\u202f):(?=[\s)»]|$)", re.MULTILINE)),
    ("U+202F after «", re.compile(r"«(?!\u202f)")),
    ("U+202F before »", re.compile(r"(?<!\u202f)»")),
    ("U+00A0 before a unit", re.compile(r"\d[ \u202f]?(?:€|%(?![(a-z%]))|\d (?:h|min|s|Ko|Mo)\b")),
    ("U+00A0 after n°", re.compile(r"\bn° ")),
    ("œ", re.compile(r"\b\w*(?:c|s|v|n|b|man)?oe(?:ur|uvre|il|ud|ux?\b|uf)", re.IGNORECASE)),
    ("no median point", re.compile(r"\w·\w")),
)
_FORBIDDEN = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, FORBIDDEN_WORDS))})s?(?!\w)", re.IGNORECASE)

_UNSEEN = re.compile(
    r"{#.*?#}|{%\s*comment\b.*?endcomment\s*%}|<!--.*?-->|<(script|style)\b.*?</\1>"
    r"|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}",
    re.DOTALL,
)
_EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
_TAG = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>", re.DOTALL)
_SEEN_ATTRIBUTE = re.compile(r"\b(?:title|alt|aria-label|placeholder)=(\"[^\"]*\"|'[^']*')")


_TIED = re.compile(r"(?<=\S) (?=[;:!?»€%])|(?<=«) |(?<=n°) |(?<=\d) (?=\d)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line (from 1), the rule in a few words, and what stands around the place."""

    line: int
    rule: str
    excerpt: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.rule}: {self.excerpt!r}"


def faults(text: str) -> list[Fault]:
    """Every fault of typography in a French ``text``, in the order of the text."""
    found = [(match.start(), rule) for rule, pattern in _RULES for match in pattern.finditer(text)]
    return [_fault(text, start, rule) for start, rule in sorted(found)]


def glued(text: str) -> str:
    """Return a text as long, where no line may begin with a sign that belongs to the word before, nor cut a number."""
    return _TIED.sub("\u00a0", text)


def forbidden_words(text: str) -> list[Fault]:
    """Every word of ``FORBIDDEN_WORDS`` (whole word, any case, plural too) in ``text``."""
    return [_fault(text, match.start(), "word we do not say") for match in _FORBIDDEN.finditer(text)]


def template_text(source: str) -> str:
    """What a reader sees of a Django template as written: text and spoken attributes, line numbers kept."""
    text = _UNSEEN.sub(_lines_only, source)
    text = _EXPRESSION.sub(lambda match: "x" + _lines_only(match), text)
    return html.unescape(_TAG.sub(_spoken_attributes, text))


def _fault(text: str, start: int, rule: str) -> Fault:
    return Fault(
        line=text.count("\n", 0, start) + 1,
        rule=rule,
        excerpt=" ".join(text[max(0, start - 20) : start + 20].split("\n")),
    )


def _lines_only(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _spoken_attributes(match: re.Match[str]) -> str:
    # One line per attribute: the end of one must not look like the beginning of the next.
    spoken = [value[1:-1] for value in _SEEN_ATTRIBUTE.findall(match.group())]
    return " ".join(value.replace("\n", " ") for value in spoken) + _lines_only(match)
