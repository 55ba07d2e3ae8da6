"""Numbers that a text must not hold, found by their own check digits: social security, bank account, payment card.

Positions are those of the text. A number is told apart from the parcels and barcodes of a shop by its check and by
what its issuers may give; what only looks like one is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_GAP = "[ .\u00a0\u202f\u2009-]?"
#: Sex, year, month (31 to 42 and 50 to 99: month unknown), département (2A, 2B: Corsica), commune, order, key.
#: INSEE, « numéro de sécurité sociale »; article R.114-26 of the social security code.
_NIR = re.compile(
    rf"(?<!\w)([1-478]){_GAP}(\d\d){_GAP}(0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d){_GAP}(\d\d|2[AB]){_GAP}"
    rf"(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d\d)(?!\w)",
    re.IGNORECASE,
)
_IBAN = re.compile(rf"(?<!\w)([A-Z]{{2}}){_GAP}\d\d(?:{_GAP}[A-Z0-9]){{11,30}}", re.IGNORECASE)
#: How long an IBAN is: the SWIFT registry of the SEPA countries and of France's neighbours by trade.
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE LT LU XK", 21: "CH HR LI LV",
        22: "BG DE GB GE IE ME RS", 23: "AE GI IL", 24: "AD CZ ES MD RO SA SE SK TN VA", 25: "PT", 26: "IS TR DZ",
        27: "FR GR IT MC MR SM", 28: "AL CY HU LB MA PL SN", 29: "BR UA", 31: "MT",
    }.items()
    for country in countries.split()
}  # fmt: skip
_CARD = re.compile(r"(?<![\w+])\d(?:[ \u00a0\u202f-]?\d){12,18}(?!\w)")
#: Prefixes and lengths that card networks give (ISO/IEC 7812): Visa, Mastercard, Maestro, Amex, Diners, Discover, JCB,
#: UnionPay. Without them one parcel number in ten, and every telephone's IMEI, would pass for a card.
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12,15}|62\d{14,17}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}"
)


def social_security_numbers(text: str) -> Iterator[Span]:
    """Find NIR of 13 characters with their key (97 less the number modulo 97; 2A counts as 19, 2B as 18)."""
    for match in _NIR.finditer(text):
        number = "".join(match.groups()[:-1]).upper().replace("2A", "19").replace("2B", "18")
        if 97 - int(number) % 97 == int(match[7]):
            yield match.span()


def bank_accounts(text: str) -> Iterator[Span]:
    """Find IBAN: their country's length, and 1 modulo 97 (ISO 13616)."""
    at = 0
    while match := _IBAN.search(text, at):
        at = match.start() + 1
        end = _end_of(text, match.start(), _IBAN_LENGTHS.get(match[1].upper(), 0))
        if end and _is_one_modulo_97(_bare(text[match.start() : end]).upper()):
            yield match.start(), end
            at = end


def payment_cards(text: str) -> Iterator[Span]:
    """Find card numbers: issued prefix and length, and Luhn (ISO/IEC 7812-1). A barcode of 13 digits is not one."""
    for match in _CARD.finditer(text):
        digits = _bare(match[0])
        if _ISSUED.fullmatch(digits) and luhn(digits) and not (len(digits) == 13 and _is_ean(digits)):
            yield match.span()


def luhn(digits: str) -> bool:
    """Say whether the last digit checks the others: from the right, every second one doubled."""
    doubled = (int(d) * 2 for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def _is_ean(digits: str) -> bool:
    """GS1's check of a barcode: from the right, weights 1 and 3."""
    return (sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def _end_of(text: str, start: int, length: int) -> int:
    """Return where the ``length``-th letter or digit from ``start`` ends, 0 when a word goes on after it."""
    places = [n for n in range(start, min(len(text), start + 2 * length)) if text[n].isalnum()][:length]
    if not length or len(places) < length:
        return 0
    end = places[-1] + 1
    return 0 if text[end : end + 1].isalnum() else end


def _is_one_modulo_97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text)
