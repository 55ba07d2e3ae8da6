"""Pure rules about who we are: which week makes sense, which number and which address may be given to customers.

Sentences are French: forms and the command line show them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers.shortnumberinfo import (
    ShortNumberCost,
    expected_cost_for_region,
    is_possible_short_number_for_region,
)

#: Parts of France with public holidays of their own, as the ``holidays`` library names them, and what they are called.
SUBDIVISIONS: Mapping[str, str] = {
    "": "France métropolitaine",
    "57": "Moselle",
    "6AE": "Alsace",
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
    "PM": "Saint-Pierre-et-Miquelon",
    "WF": "Wallis-et-Futuna",
    "PF": "Polynésie française",
    "NC": "Nouvelle-Calédonie",
    "BL": "Saint-Barthélemy",
    "MF": "Saint-Martin",
}

#: An address that says it will not be answered (the founding article's « ne pas répondre »).
_NO_REPLY = re.compile(
    r"(^|[^a-z])(no|not)[-_.]?reply|do[-_.]?not[-_.]?(reply|respond|answer)|ne[-_.]?pas[-_.]?r[ée]pondre"
    r"|(sans|no|pas[-_.]?de)[-_.]?r[ée]ponse",
    re.IGNORECASE,
)
_SURCHARGED = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_DEAR = frozenset({ShortNumberCost.PREMIUM_RATE})
#: Free by the French numbering plan (Arcep); of the other short numbers nothing sure can be said.
_FREE_SHORT = re.compile(r"3[01]\d\d$")
_COUNT = ("", "un chiffre", "deux chiffres", "trois chiffres", "quatre chiffres", "cinq chiffres")
_FRENCH_DIGITS = 10


def refuses_answers(address: str) -> bool:
    """Say whether an address announces that nobody reads it."""
    return bool(_NO_REPLY.search(address))


def phone_fault(text: str, *, region: str = "FR") -> str:
    """Return what is wrong with a telephone number that customers are to dial, or nothing.

    A surcharged number is refused: the consumer code (L. 121-16) forbids it for what follows a contract or a complaint.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "Ce numéro ne peut pas être composé."
    if is_possible_short_number_for_region(number, region):
        free = _FREE_SHORT.match(str(number.national_number))
        dear = not free and expected_cost_for_region(number, region) in _DEAR
        return "Un numéro court peut être surtaxé\u202f: donnez un numéro à dix chiffres." if dear else ""
    if phonenumbers.number_type(number) in _SURCHARGED:
        return _too_dear()
    if phonenumbers.is_valid_number(number):
        return ""
    missing = _FRENCH_DIGITS - sum(c.isdigit() for c in text)
    if region == "FR" and "+" not in text and missing:
        how_many = _COUNT[abs(missing)] if abs(missing) < len(_COUNT) else "des chiffres"
        return f"Il manque {how_many}." if missing > 0 else f"Il y a {how_many} de trop."
    return "Ce numéro n’existe pas."


def phone_as_dialled(text: str, *, region: str = "FR") -> str:
    """Return a number as people write it there: ``02 61 91 04 00``, ``+32 2 555 12 12`` for another country's."""
    number = phonenumbers.parse(text, region)
    if number.country_code != phonenumbers.country_code_for_region(region):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _too_dear() -> str:
    return (
        "Ce numéro est surtaxé\u202f: il ne peut pas servir à suivre un contrat ni une réclamation "
        "(code de la consommation, L.\u00a0121-16)."
    )


def faults_of_week(week: Mapping[int, Sequence[tuple[time, time]]]) -> dict[int, str]:
    """Return what is wrong in a week of slots: ISO weekday → sentence; day 0 is the whole week."""
    faults = {day: fault for day, slots in week.items() if (fault := _fault_of_day(slots))}
    if not faults and not any(week.values()):
        faults[0] = "Donnez au moins une plage dans la semaine : sans heure d’ouverture, rien ne peut être promis."
    return faults


def _fault_of_day(slots: Sequence[tuple[time, time]]) -> str:
    if any(start >= end for start, end in slots):
        return "La fin d’une plage vient après son début."
    ordered = sorted(slots)
    if any(first[1] > second[0] for first, second in pairwise(ordered)):
        return "Ces deux plages se chevauchent."
    return ""
