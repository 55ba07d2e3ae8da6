"""How a letter looks: the house's tokens written into its tags, because mail programs read no style sheet. Pure.

Colours come from ``tokens.css``, light ones in each tag and dark ones in one block for who asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from egards import core

TOKENS = Path(core.__file__).parent / "static" / "egards" / "css" / "tokens.css"

_SANS = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_SERIF = "font-family:Charter,'Iowan Old Style',Georgia,'Times New Roman',serif"
_COLOURED = re.compile(r"--eg-([a-z0-9-]+): light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\)")
_CLASS = re.compile(r'class="([a-z]+)"')


@dataclass(frozen=True, slots=True)
class Rule:
    """What one class of the letter's template wears: a shape, and colours by the names of our tokens."""

    shape: str
    colours: Mapping[str, str]


RULES: Mapping[str, Rule] = {
    "page": Rule(f"margin:0;padding:0;{_SANS}", {"background-color": "bg", "color": "ink"}),
    "around": Rule("width:100%;border-collapse:collapse", {"background-color": "bg"}),
    "edge": Rule("padding:24px 12px", {}),
    "sheet": Rule(
        "width:100%;max-width:600px;border-collapse:separate;border-radius:14px;border-width:1px;border-style:solid",
        {"background-color": "surface", "border-color": "line"},
    ),
    "letter": Rule(f"padding:28px 28px 24px;font-size:16px;line-height:1.55;{_SANS}", {"color": "ink"}),
    "brand": Rule(f"margin:0 0 20px;font-size:22px;line-height:1.15;font-weight:500;{_SERIF}", {"color": "accent"}),
    "greeting": Rule(f"margin:0 0 16px;font-size:18px;line-height:1.5;{_SERIF}", {"color": "ink"}),
    "said": Rule(f"margin:0 0 16px;font-size:16px;line-height:1.55;{_SANS}", {"color": "ink"}),
    "link": Rule("text-decoration:underline;word-break:break-word", {"color": "accent"}),
    "promise": Rule(
        f"margin:8px 0 20px;padding:14px 16px;border-radius:8px;font-size:16px;line-height:1.4;font-weight:600;{_SANS}",
        {"background-color": "accent-soft", "color": "ink"},
    ),
    "button": Rule(
        "display:inline-block;padding:12px 20px;border-radius:8px;font-size:16px;line-height:20px;font-weight:600;"
        f"text-decoration:none;{_SANS}",
        {"background-color": "accent-solid", "color": "on-accent"},
    ),
    "way": Rule("margin:4px 0 24px", {}),
    "signed": Rule(f"margin:0 0 16px;font-size:16px;line-height:1.55;{_SANS}", {"color": "ink"}),
    "name": Rule("font-weight:600", {"color": "ink"}),
    "answer": Rule(f"margin:0;font-size:16px;line-height:1.55;{_SANS}", {"color": "ink-2"}),
    "picture": Rule("display:block;max-width:100%;height:auto;border:0;border-radius:8px", {}),
    "unseen": Rule("display:none;max-height:0;overflow:hidden;font-size:0;line-height:0;mso-hide:all", {}),
    "cited": Rule(f"margin:24px 0 8px;font-size:14px;line-height:1.55;{_SANS}", {"color": "ink-3"}),
    "quoted": Rule(
        "margin:0;padding:0 0 0 12px;border-left-width:2px;border-left-style:solid;font-size:14px;line-height:1.55;"
        f"{_SANS}",
        {"color": "ink-2", "border-left-color": "line"},
    ),
    "tail": Rule("width:100%;max-width:600px;border-collapse:collapse", {}),
    "foot": Rule(f"padding:16px 28px 8px;font-size:13px;line-height:1.55;{_SANS}", {"color": "ink-3"}),
    "small": Rule(f"margin:0 0 6px;font-size:13px;line-height:1.55;{_SANS}", {"color": "ink-3"}),
}


def dressed(html: str) -> str:
    """Return the letter with each class of ``RULES`` written out as a style, the class kept for the dark block."""
    return _CLASS.sub(lambda found: f'style="{_style(found[1])}" class="eg-{found[1]}"', html)


@cache
def dark_block() -> str:
    """Return the style sheet of who asks for the dark: the same rules with the dark colours."""
    dark = {name: night for name, (_day, night) in _palette().items()}
    rules = "".join(
        f".eg-{name}{{{';'.join(f'{what}:{dark[token]}!important' for what, token in rule.colours.items())}}}"
        for name, rule in RULES.items()
        if rule.colours
    )
    both = ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    return f"{both}@media (prefers-color-scheme:dark){{{rules}}}"


@cache
def _style(name: str) -> str:
    light = {token: day for token, (day, _night) in _palette().items()}
    rule = RULES[name]
    return ";".join([rule.shape, *(f"{what}:{light[token]}" for what, token in rule.colours.items())])


@cache
def _palette() -> dict[str, tuple[str, str]]:
    """Each colour token, by day and by night."""
    return {name: (day, night) for name, day, night in _COLOURED.findall(TOKENS.read_text(encoding="utf-8"))}
