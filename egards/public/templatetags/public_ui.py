"""What authors of customers' pages write: deadlines in words, numbers to dial."""

from __future__ import annotations

from datetime import datetime

from django import template

from egards.interactions.rules import normalised_phone
from egards.public.contact import deadline_words

register = template.Library()


@register.filter
def deadline(value: datetime | None) -> str:
    """What stands after « avant »: ``18 h`` today, ``demain, 12 h``, ``mardi 24 novembre, 12 h``."""
    return "" if value is None else deadline_words(value)


@register.filter
def dialled(phone: str) -> str:
    """A number as ``tel:`` takes it."""
    return normalised_phone(phone, "FR") or ""
