"""The language of a text: the small words of the plan when clear, else trigrams (lingua), else the house's own.

Under ``SHORTEST`` characters nothing is sure: « ok super » is of the language that the company says.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

SHORTEST: Final = 15
_LOOKED_AT: Final = 300
_SURE_VOTES, _SURE_RATIO = 4, 3
# Few languages, and trigrams only: 30 MB and 0.2 s to load, where all languages take a gigabyte.
_LANGUAGES = (
    *(Language.FRENCH, Language.ENGLISH, Language.SPANISH, Language.ITALIAN),
    *(Language.PORTUGUESE, Language.GERMAN, Language.DUTCH),
)


def spoken_language(text: str, votes: tuple[int, int, int], *, default: str = "fr") -> str:
    """ISO 639-1 code of the language, ``default`` for a text too short, ``und`` for one without letters.

    ``votes``: how many of its small words are French, English, of another language.
    """
    french, english, other = votes
    if french >= _SURE_VOTES and french >= _SURE_RATIO * max(english, other):
        return "fr"
    if english >= _SURE_VOTES and english >= _SURE_RATIO * max(french, other):
        return "en"
    letters = " ".join(text[:_LOOKED_AT].split())
    if not any(map(str.isalpha, letters)):
        return "und"
    if len(letters) < SHORTEST:
        return default
    found = load_detector().detect_language_of(letters)
    return found.iso_code_639_1.name.lower() if found is not None else default


@cache
def load_detector() -> LanguageDetector:
    """The detector of this process, loaded at the first text whose small words do not say."""
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode().build()
