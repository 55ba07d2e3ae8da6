"""What the three panes write: moments to come, telephone numbers as one dials them, colleagues who are called."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import phonenumbers
from django import template
from django.utils.html import conditional_escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from egards.conversations.queries.queue import ZONE
from egards.core.clock import now
from egards.core.french import deadline

register = template.Library()
_CALLED: Final = re.compile(r"@\w[\w’'-]*")


@register.filter
def moment_ahead(value: datetime | None) -> str:
    """``18 h`` today, ``demain, 12 h``, ``mardi 24 novembre, 12 h``."""
    return "" if value is None else deadline(value.astimezone(ZONE), now=now().astimezone(ZONE))


@register.filter
def telephone(value: str) -> str:
    """``06 12 34 56 78``, as one dials it in France; others with their country."""
    try:
        number = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        return value
    is_french = number.country_code == 33
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_french else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


@register.filter
def mentions(text: str) -> SafeString:
    """Write a note in paragraphs, those whom it calls in strong."""
    escaped = _CALLED.sub(lambda called: f"<strong>{called[0]}</strong>", conditional_escape(text))
    return mark_safe(linebreaks(SafeString(escaped)))
