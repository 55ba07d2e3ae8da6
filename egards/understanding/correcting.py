"""Correcting what was understood: a member's reading takes the engine's place, and gives it back when undone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.ids import new_id
from egards.understanding.models import Correction, Reading
from egards.understanding.rules import (
    CHANGED,
    CONFIRMED,
    MEMBER,
    TONES,
    Say,
    polarity_said,
    reasons_left,
    themes_said,
    tone_of,
)
from egards.understanding.wording import INTENTS, every_theme


class CannotCorrect(Exception):
    """A correction that cannot be kept; its sentence is for the member."""


def said_of(reading: Reading) -> Say:
    """What may be corrected of a reading, as it stands."""
    tone = tone_of(reading.polarity, ambiguous=reading.is_ambiguous)
    return Say(tone, tuple(sorted(reading.theme_slugs)), tuple(sorted(reading.intents)))


def checked_say(*, tone: str, themes: Iterable[str], intents: Iterable[str], before: Say) -> Say:
    """Return what a member says, or raise CannotCorrect. A theme that has left the plan may only be kept."""
    tones = {str(one): one for one in TONES}
    if tone not in tones:
        raise CannotCorrect(_("Choose a tone."))
    known_themes = {code for code, _label in every_theme()} | set(before.themes)
    say = Say(tones[tone], tuple(sorted(set(themes))), tuple(sorted(set(intents))))
    if not known_themes.issuperset(say.themes) or not INTENTS.keys() >= set(say.intents):
        raise CannotCorrect(_("This theme is no longer in the plan. Choose again."))
    return say


@transaction.atomic
def correct_reading(*, reading: Reading, say: Say, by: Member) -> Correction:
    """Put what a member says in the place of the current reading of a word. Saying the same confirms it."""
    current = Reading.objects.select_for_update().filter(content_id=reading.content_id, is_current=True).first()
    if current is None or current.pk != reading.pk:
        raise CannotCorrect(_("This word was read again meanwhile. Here is what is understood now."))
    before, at = said_of(current), now()
    polarity = polarity_said(say.tone, current.polarity)
    Reading.objects.filter(pk=current.pk).update(is_current=False)
    said = Reading.objects.create(
        content_id=current.content_id,
        touchpoint_id=current.touchpoint_id,
        by=by,
        engine=MEMBER,
        version=f"{CONFIRMED if before == say else CHANGED}{new_id().hex}",
        at=at,
        language=current.language,
        polarity=polarity,
        is_ambiguous=say.tone == "ambiguous",
        margin=1.0,
        urgency=current.urgency,
        intents=list(say.intents),
        theme_slugs=list(say.themes),
        themes=themes_said(say, current.themes, polarity=polarity),
        reasons=reasons_left(say, current.reasons),
    )
    return Correction.objects.create(
        content_id=current.content_id,
        touchpoint_id=current.touchpoint_id,
        by=by,
        at=at,
        before=before.as_json(),
        after=say.as_json(),
        reading=said,
        replaced=current,
    )


@transaction.atomic
def undo_correction(*, correction: Correction) -> None:
    """Give its place back to the reading that was corrected. Both stay in the history of the word."""
    found = Correction.objects.select_for_update(of=("self",)).select_related("reading").get(pk=correction.pk)
    if found.undone_at is not None:
        return
    if not found.reading.is_current:
        raise CannotCorrect(_("Somebody has corrected this reading since: nothing was undone."))
    Reading.objects.filter(pk=found.reading_id).update(is_current=False)
    if found.replaced_id:
        Reading.objects.filter(pk=found.replaced_id).update(is_current=True)
    Correction.objects.filter(pk=found.pk).update(undone_at=now())
