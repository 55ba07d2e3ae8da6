"""Numbers that must not lie about in a verbatim: social security, bank account, card; each with its check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from egards.understanding.reading import Span

# Every number sought has eight digits in a row, and so a run like this; secrets follow one of these words. Both are
# looked for first because the exact expressions cost a hundred times more than these on a long text.
_DIGITS = re.compile(r"[0-9][0-9 .\-]{6,}[0-9]")
# Written in every likely case: lowering the case of a whole text costs more than looking for them all.
_SECRET_WORDS = (
    *("de passe", "DE PASSE", "De Passe", "mdp", "MDP", "Mdp", "assword", "PASSWORD"),
    *("code confid", "code secret", "CODE CONFID", "CODE SECRET"),
)
_AROUND = 40
_SECRET_REACH = 120
_SEPARATORS = re.compile(r"[ .\-]")
# Lengths from the SWIFT IBAN registry, for the countries a French company most often meets.
_IBAN_LENGTHS: Final = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "TN": 24,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regex and the name of the check that what it finds must pass."""

    code: str
    regex: re.Pattern[str]
    check: str


def sensitive_spans(text: str, patterns: tuple[Pattern, ...]) -> list[tuple[str, Span]]:
    """Code and place of every sensitive datum found, in the order of the text; never the datum itself."""
    found: set[tuple[int, int, str]] = set()
    for low, high in _places_to_look(text):
        for pattern in patterns:
            found.update(_found(text, pattern, low, high))
    return [(code, Span(start, end)) for start, end, code in sorted(found)] if found else []


def _places_to_look(text: str) -> Iterator[tuple[int, int]]:
    for digits in _DIGITS.finditer(text):
        yield max(0, digits.start() - _AROUND), digits.end() + _AROUND
    for word in _SECRET_WORDS:
        at = text.find(word)
        while at >= 0:
            yield max(0, at - _AROUND), at + _SECRET_REACH
            at = text.find(word, at + 1)


def _found(text: str, pattern: Pattern, low: int, high: int) -> Iterator[tuple[int, int, str]]:
    for match in pattern.regex.finditer(text, low, high):
        length = CHECKS[pattern.check](match.group())
        if length:
            yield match.start(), match.start() + length, pattern.code


def nir_length(found: str) -> int:
    """Length of a French social security number with a right key (97 − number mod 97), or 0.

    Corsica: 2A counts as 19 and 2B as 18 (décret 82-103, art. 4 and INSEE's note on the key).
    """
    compact = _SEPARATORS.sub("", found).upper()
    digits = compact.replace("2A", "19", 1) if compact[5:7] == "2A" else compact
    digits = digits.replace("2B", "18", 1) if compact[5:7] == "2B" else digits
    if len(digits) != 15 or not digits.isascii() or not digits.isdigit():
        return 0
    return len(found) if 97 - int(digits[:13]) % 97 == int(digits[13:]) else 0


def iban_length(found: str) -> int:
    """Length of the valid IBAN at the start of ``found`` (ISO 13616, mod 97), or 0."""
    compact = _SEPARATORS.sub("", found).upper()
    expected = _IBAN_LENGTHS.get(compact[:2], 0)
    if not expected or len(compact) < expected or not compact.isascii():
        return 0
    compact = compact[:expected]
    if int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 != 1:
        return 0
    return _length_of(found, expected)


def luhn_length(found: str) -> int:
    """Length of a card number of 13 to 19 digits with a right Luhn key (ISO/IEC 7812), or 0."""
    digits = _SEPARATORS.sub("", found)
    if not 13 <= len(digits) <= 19 or not digits.isascii() or digits[0] not in "23456" or len(set(digits)) < 2:
        return 0
    total = sum(int(digit) for digit in digits[-1::-2])
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return len(found) if total % 10 == 0 else 0


def whole_length(found: str) -> int:
    """For patterns that say enough by themselves."""
    return len(found)


def _length_of(found: str, wanted: int) -> int:
    """How many characters of ``found`` hold its first ``wanted`` letters and digits."""
    kept = 0
    for index, char in enumerate(found):
        kept += char not in " .-"
        if kept == wanted:
            return index + 1
    return 0


CHECKS: Final[dict[str, Callable[[str], int]]] = {
    "nir": nir_length,
    "iban": iban_length,
    "luhn": luhn_length,
    "none": whole_length,
}
