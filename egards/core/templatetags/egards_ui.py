"""What page authors write: icons, dots of polarity, reading chips, figures with their doubt, French formats.

``{% load egards_ui %}``. Every tag returns markup without inline style or script.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.core import clock, french, house_mark

register = template.Library()

# From very unhappy to very happy: the class that colours the dot, and the words that say it.
TONES = {
    -2: ("pol-n2", gettext_lazy("Tone: very unhappy")),
    -1: ("pol-n1", gettext_lazy("Tone: rather unhappy")),
    0: ("pol-0", gettext_lazy("Tone: neutral")),
    1: ("pol-p1", gettext_lazy("Tone: rather happy")),
    2: ("pol-p2", gettext_lazy("Tone: very happy")),
}
MINIMUM_ANSWERS = 30


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "mail" %}``: one symbol of ``icons.svg``, silent for screen readers; words stand beside it."""
    return _icon(static("egards/icons.svg") if settings.DEBUG else _icons_address(), name)


@cache
def _icons_address() -> str:
    """A page holds a hundred icons: the address of their file is asked of the storage once a process."""
    return static("egards/icons.svg")


@lru_cache(maxsize=512)
def _icon(address: str, name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', address, name)


@register.inclusion_tag("egards/demo_banner.html")
def demo_banner() -> dict[str, bool]:
    """``{% demo_banner %}``: on every page of a demo, that it is one; nothing elsewhere."""
    return {"is_demo": house_mark.is_shown_as_demo()}


@register.simple_tag
def polarity_dots(value: int | None, ambiguous: bool = False) -> SafeString:
    """Five places, one filled: ``value`` −2…+2. Ambiguous shows the middle, dotted. Nothing read: nothing shown."""
    if value is None:
        return SafeString("")
    tone, words = ("pol-amb", _("Tone: ambiguous, to be read")) if ambiguous else TONES[value]
    return _dots(tone, str(words), 0 if ambiguous else value)


@lru_cache(maxsize=64)
def _dots(tone: str, words: str, filled: int) -> SafeString:
    dots = SafeString("".join('<b class="on"></b>' if place == filled else "<b></b>" for place in TONES))
    return format_html('<span class="pol {}" role="img" aria-label="{}">{}</span>', tone, words, dots)


@register.simple_tag
def reading(label: str, polarity: int | None = None, ambiguous: bool = False, sure: bool = False) -> SafeString:
    """A reading chip: dashed when an engine understood it, solid (``sure``) once a person confirmed it."""
    return format_html(
        '<span class="reading{}">{} {}</span>',
        " reading-sure" if sure else "", label, polarity_dots(polarity, ambiguous),
    )  # fmt: skip


@register.inclusion_tag("egards/figure.html")
def figure(
    name: str, share: float, low: float, high: float, n: int, minimum: int = MINIMUM_ANSWERS
) -> Mapping[str, object]:
    """A share (0…1) with its interval and n, inside ``<dl class="figs">``; no value under ``minimum`` answers."""

    def place(value: float) -> float:
        return 4 + 192 * value

    return {
        "name": name,
        "n": n,
        "minimum": minimum,
        "is_enough": n >= minimum,
        "value": french.percent(share),
        "low": french.number(Decimal(str(low)) * 100),
        "high": french.percent(high),
        # Already text: a template would write these numbers with a French comma.
        "from_x": f"{place(low):.1f}",
        "width": f"{max(place(high) - place(low), 1):.1f}",
        "tick_x": f"{place(share) - 2:.1f}",
    }


@register.inclusion_tag("egards/live_note.html", takes_context=True)
def live_note(context: template.Context, topic: str, target: str, one: str, many: str) -> Mapping[str, object]:
    """A quiet status, empty until ``topic`` happens; its link shows the page's ``target`` (a selector) again."""
    request = context.get("request")
    here = request.get_full_path() if request is not None else ""
    return {"topic": topic, "target": target, "one": one, "many": many, "here": here}


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """``21 nov.``"""
    return "" if value is None else french.day(value, today=_now().date())


@register.filter(expects_localtime=True)
def long_day(value: date | None) -> str:
    """``samedi 21 novembre``"""
    return "" if value is None else french.long_day(value, today=_now().date())


@register.filter(expects_localtime=True)
def hour(value: datetime | None) -> str:
    """``8 h 58``"""
    return "" if value is None else french.hour(value)


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """``8 h 58`` today, ``hier, 21 h 07``, ``21 nov., 15 h 40`` before."""
    return "" if value is None else french.moment(value, now=_now())


@register.filter
def duration(seconds: float | None) -> str:
    """``2 h 10``"""
    return "" if seconds is None else french.duration(seconds)


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """``1 284``; ``{{ value|number:1 }}`` for one decimal."""
    return "" if value is None else french.number(value, decimals=decimals)


@register.filter
def percent(share: float | None) -> str:
    """``76 %`` for 0.76."""
    return "" if share is None else french.percent(share)


@register.filter
def weight(size: int | None) -> str:
    """``412 Ko``"""
    return "" if size is None else french.weight(size)


@register.filter
def initials(name: object) -> str:
    """``CV`` for Camille Vasseur."""
    return french.initials(str(name))


def _now() -> datetime:
    return timezone.localtime(clock.now())
