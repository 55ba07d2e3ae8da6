"""The tokens of the house, read where they are written: colours for print, the whole sheet for the screen."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates" / "bilan"
_STATIC = HERE.parent / "core" / "static" / "egards"
_COLOUR = re.compile(r"--eg-([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})\s*;")
_URL = re.compile(r'url\("(\.\./[^"]+\.woff2)"\)')


@cache
def colours() -> dict[str, str]:
    """Return the colours of the light face, by role."""
    return dict(_COLOUR.findall(_tokens()))


@cache
def tokens_inside() -> str:
    """Return the tokens with their fonts inside: a page that asks nothing of anybody."""
    return _URL.sub(lambda found: f'url("data:font/woff2;base64,{_encoded(found.group(1))}")', _tokens())


def _tokens() -> str:
    return (_STATIC / "css" / "tokens.css").read_text(encoding="utf-8")


def _encoded(place: str) -> str:
    return base64.b64encode((_STATIC / "css" / place).resolve().read_bytes()).decode("ascii")
