"""What the three panes write: moments to come, telephone numbers as one dials them, colleagues who are called."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import phonenumbers
from django import template
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from egards.conversations.queries.views import ZONE
from egards.core.clock import now
from egards.core.french import deadline
from egards.core.templatetags.egards_ui import icon
from egards.workspace.chips import Chip

register = template.Library()
_CALLED: Final = re.compile(r"@\w[\w’'-]*")


@register.filter
def moment_ahead(value: datetime | None) -> str:
    """``18 h`` today, ``demain, 12 h``, ``mardi 24 novembre, 12 h``."""
    return "" if value is None else deadline(value.astimezone(ZONE), now=now().astimezone(ZONE))


@register.simple_tag
def promise_chip(chip: Chip, pushed: bool = False) -> SafeString:
    """Show a promise and its moment; ``pushed`` to the end of its line. ``due.js`` keeps the words up to date."""
    tone = f" promise-{chip.tone}" if chip.tone else ""
    due = format_html(' data-due="{}"', chip.due) if chip.due else ""
    return format_html(
        '<span class="promise{}{}"{}>{}<span data-due-words>{}</span></span>',
        *(tone, " push" if pushed else "", due, icon(chip.icon), chip.words),
    )


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
