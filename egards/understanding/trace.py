"""What understanding adds to « Suivez un mot »: every reading, current or replaced, and the words it rests on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.scope import Scope
from egards.core.trace import Line
from egards.interactions.models import Content, Interaction
from egards.understanding.models import Reading
from egards.understanding.rules import CONFIRMED
from egards.understanding.wording import LANGUAGES, intent_label, reason_words, theme_label, tone


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return one line per reading, then one per theme and one per passage of the current one."""
    content = Content.objects.within(scope).filter(pk=interaction.pk).first()
    readings = list(
        Reading.objects.within(scope).filter(content_id=interaction.pk).select_related("by").order_by("at", "id")
    )
    if content is None or not readings:
        return [Line(None, _("Nothing was read in it"), _("No text, no subject and no score."))]
    lines = [_reading_line(reading) for reading in readings]
    for current in (r for r in readings if r.is_current):
        lines += [_theme_line(theme, content.text) for theme in current.themes]
        lines += [_reason_line(reason, content.text) for reason in current.reasons]
    return lines


def _reading_line(reading: Reading) -> Line:
    said = _("Read by %(engine)s %(version)s") if reading.is_current else _("Was read by %(engine)s %(version)s")
    found = [
        tone(reading.polarity, ambiguous=reading.is_ambiguous),
        str(LANGUAGES.get(reading.language, reading.language)),
        *(intent_label(intent) for intent in reading.intents),
    ]
    if reading.by:
        told = _("Confirmed by %(name)s") if reading.version.startswith(CONFIRMED) else _("Corrected by %(name)s")
        return Line(reading.at, told % {"name": reading.by}, ", ".join(found), reading.pk)
    return Line(reading.at, said % {"engine": reading.engine, "version": reading.version}, ", ".join(found), reading.pk)


def _theme_line(theme: dict[str, object], text: str) -> Line:
    label = theme_label(str(theme.get("theme", "")))
    polarity, spans = theme.get("polarity"), theme.get("spans")
    said = tone(polarity if isinstance(polarity, int) else 0, ambiguous=bool(theme.get("ambiguous")))
    quotes = [_quoted(text, int(a), int(b)) for a, b in spans] if isinstance(spans, list) else []
    what = _("Theme “%(theme)s”, %(tone)s") % {"theme": label, "tone": said}
    return Line(None, what, ", ".join(filter(None, quotes)) or _("named in the subject"))


def _reason_line(reason: list[object], text: str) -> Line:
    code, start, end, weight = reason
    push = float(str(weight))
    return Line(None, _quoted(text, int(str(start)), int(str(end))) or "…", reason_words(str(code), push))


def _quoted(text: str, start: int, end: int) -> str:
    said = " ".join(text[start:end].split())
    return _("“%(words)s”") % {"words": said} if said else ""
