"""Pure rules: how an address is normalised, and what makes two words one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

import idna
import phonenumbers

from egards.core.text import normalised
from egards.touchpoints.inbound import Address

#: French territories have their own region codes; a number written without prefix there is read with this list.
FRENCH_REGIONS = ("FR", "RE", "YT", "GP", "MQ", "GF", "BL", "MF", "PM", "WF", "PF", "NC")

_LOCAL_PART = re.compile(r"[^\s@<>\x00-\x1f]{1,64}\Z")


def normalised_value(address: Address, region: str = "FR") -> str | None:
    """Return the value by which an address is known, or None when it cannot be one.

    E-mail: lower case, domain in IDNA A-labels (RFC 5891). Phone: E.164, a number without prefix read in ``region``
    (ISO 3166-1 alpha-2; French overseas regions included). Others: trimmed, without spaces, upper case.
    """
    if address.kind == "email":
        return normalised_email(address.value)
    if address.kind == "phone":
        return normalised_phone(address.value, region)
    value = "".join(address.value.split()).upper()
    return value[:120] or None


@lru_cache(maxsize=20_000)
def normalised_email(value: str) -> str | None:
    """Return ``local@domain`` in lower case with an ASCII domain, or None."""
    local, at, domain = value.strip().strip("<>").rpartition("@")
    if not at or not _LOCAL_PART.match(local):
        return None
    domain = domain.strip().rstrip(".").lower()
    if not domain or any(c.isspace() for c in domain):
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            return None
    return f"{local.lower()}@{domain}" if len(domain) <= 253 else None


@lru_cache(maxsize=20_000)
def normalised_phone(value: str, region: str) -> str | None:
    """Return the number in E.164, or None. Tries the region first, then, for France, its overseas regions.

    A number of the right length that no operator holds yet (or one kept for fiction) is a number all the same.
    """
    regions = (region, *(r for r in FRENCH_REGIONS if r != region)) if region in FRENCH_REGIONS else (region,)
    for candidate in regions:
        try:
            number = phonenumbers.parse(value, candidate)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    is_possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_possible else None


def content_key_parts(
    *,
    scope_id: str,
    word_id: str,
    is_unique: bool,
    author: str,
    claimed_at: datetime | None,
    subject: str,
    text: str,
    extra: Sequence[str] = (),
) -> tuple[str, ...] | None:
    """Return what makes two words one, to be hashed; None when nothing does (an empty string is never a key).

    With the provider's own unique id, the id within ``scope_id`` (the touchpoint) is enough. Otherwise: Message-ID,
    author, date and normalised body within ``scope_id`` (the brand), so that the same id with another body is
    another word.
    """
    if word_id and is_unique:
        return ("id", scope_id, word_id)
    stamp = _in_utc(claimed_at).isoformat() if claimed_at else ""
    body = normalised(text)
    if not (word_id or stamp or body or subject):
        return None
    return ("word", scope_id, word_id, author, stamp, normalised(subject), body, *extra)


def _in_utc(moment: datetime) -> datetime:
    """One moment is written one way, wherever its clock stood; without an offset it is taken as UTC."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # at the very ends of the calendar
        return moment
