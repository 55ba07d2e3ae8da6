"""Argparse in French: its own words come through gettext; here are ours."""

from __future__ import annotations

import argparse

_WORDS = {
    "usage: ": "usage : ",
    "options": "options",
    "positional arguments": "à donner",
    "show this help message and exit": "montrer cette aide et finir",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "the following arguments are required: %s": "il manque : %s",
    "unrecognized arguments: %s": "je ne comprends pas : %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » n’existe pas (choix : %(choices)s)",
    "invalid choice: %(value)s (choose from %(choices)s)": "« %(value)s » n’existe pas (choix : %(choices)s)",
    "invalid %(type)s value: %(value)r": "« %(value)s » n’est pas une valeur possible",
    "expected one argument": "il manque une valeur",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
}


def speak_french() -> None:
    """Make argparse say its own sentences in French."""
    argparse._ = lambda text: _WORDS.get(text, text)  # type: ignore[attr-defined]
