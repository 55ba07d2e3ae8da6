"""The thread as its pane shows it: words, notes, calls and facts in the order in which they came, days between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.conversations.queries.opened import EventRow, Opened, PromiseRow, Read, TurnRow
from egards.conversations.queries.views import ZONE
from egards.core.french import deadline, long_day
from egards.interactions.around_words import Line, around_lines
from egards.interactions.nowhere import NOWHERE
from egards.interactions.wording import state_in_words
from egards.understanding.wording import intent_label, reason_tone
from egards.workspace.chips import Chip, kept_chip, running_chip
from egards.workspace.queries import icon_of_kind
from egards.workspace.word import Because, ThemeShown, reasons_of, themes_of
from egards.workspace.wordtext import MOST_SHOWN, Block, Mark, blocks

_MADE: Final = ("made", "renegotiated")
_WHAT: Final[dict[str, LazyText]] = {"answer": gettext_lazy("An answer"), "call": gettext_lazy("A call")}
#: Events told in one line; what the words themselves say (answered, called) is not told twice.
_FACTS: Final[dict[str, tuple[str, LazyText]]] = {
    "reopened": ("refresh", gettext_lazy("Opened again")),
    "assigned": ("user", gettext_lazy("Entrusted")),
    "snoozed": ("calendar-time", gettext_lazy("Put aside")),
    "woken": ("bell", gettext_lazy("Back in the queue")),
    "resolved": ("check", gettext_lazy("Resolved")),
    "need_named": ("pencil", gettext_lazy("Need named again")),
    "joined": ("link", gettext_lazy("Joined with another conversation")),
    "send_failed": ("alert-triangle", gettext_lazy("An answer could not leave")),
    "send_refused": ("hand-stop", gettext_lazy("An answer was not allowed to leave")),
    "returned": ("refresh", gettext_lazy("What was promised is to be done again: the answer came back")),
    "confirmed": ("user", gettext_lazy("Author confirmed")),
}
_SENT: Final[dict[str, LazyText]] = {
    "waiting": gettext_lazy("waits to leave"),
    "sent": gettext_lazy("has left"),
    "failed": gettext_lazy("refused"),
    "held": gettext_lazy("held back in the house"),
    "withdrawn": gettext_lazy("withdrawn"),
}
_OUTCOMES: Final[dict[str, LazyText]] = {
    "reached": gettext_lazy("reached"),
    "missed": gettext_lazy("nobody answered"),
    "message": gettext_lazy("message left"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the thread. ``shape``: in, out, call, note, fact. ``day`` is set on the first of a day."""

    shape: str
    key: str
    at: datetime
    icon: str
    who: str
    meta: str
    day: str = ""
    text: str = ""
    blocks: Sequence[Block] = ()
    is_cut: bool = False
    is_late: bool = False
    is_repeated: bool = False
    turn: TurnRow | None = None
    reading: Read | None = None
    intents: Sequence[str] = ()
    themes: Sequence[ThemeShown] = ()
    reasons: Sequence[Because] = ()
    chips: Sequence[Chip] = field(default=())
    lines: Sequence[Line] = field(default=())
    takes_key: bool = False


def thread(found: Opened, *, at: datetime, customer: str) -> list[Item]:
    """Return the thread of a conversation, oldest first."""
    chips = _chips(found, at)
    outcomes = {e.interaction_id: str(e.detail.get("outcome", "")) for e in found.events if e.kind == "called"}
    repeated = {e.interaction_id for e in found.events if e.kind == "repeated"}
    names: dict[str, str] = {str(colleague.id): colleague.name for colleague in found.colleagues}
    need = found.conversation.need
    items = [_word(_without_title(turn, need), customer, chips, outcomes, repeated) for turn in found.turns]
    if read := [place for place, item in enumerate(items) if item.reading]:
        items[read[-1]] = replace(items[read[-1]], takes_key=True)  # c corrects what was understood last
    items += [Item("note", f"note-{note.id}", note.at, "notes", note.by, "", text=note.text) for note in found.notes]
    items += [_fact(event, names) for event in found.events if event.kind in _FACTS]
    since = found.turns[0].at if found.has_earlier and found.turns else None
    shown = [item for item in items if since is None or item.at >= since]
    return list(_with_days(sorted(shown, key=lambda item: (item.at, item.shape != "in")), at))


def _without_title(turn: TurnRow, need: str) -> TurnRow:
    """A subject that only says the conversation's title again is not said twice."""
    return replace(turn, subject="") if need and turn.subject.removeprefix("Re: ") == need else turn


def promise_words(promise: PromiseRow) -> str:
    """Say what was promised."""
    return promise.what or str(_WHAT.get(promise.kind, promise.kind))


def _word(
    turn: TurnRow,
    customer: str,
    chips: Mapping[UUID, Sequence[Chip]],
    outcomes: Mapping[UUID | None, str],
    repeated: set[UUID | None],
) -> Item:
    reading = turn.reading
    marks = [Mark(a, b, reason_tone(code, weight)) for code, a, b, weight in reading.reasons] if reading else []
    outcome = outcomes.get(turn.id, "")
    return Item(
        shape="call" if outcome else "out" if turn.is_ours else "in",
        key=f"mot-{turn.id}",
        at=turn.at,
        icon="phone-outgoing" if outcome else icon_of_kind(turn.kind),
        who=_author(turn, customer),
        meta=_meta(turn, outcome),
        blocks=blocks(turn.text, [] if turn.is_ours else [mark for mark in marks if mark.tone]),
        is_cut=len(turn.text) > MOST_SHOWN,
        is_late=turn.sent is not None and turn.sent.state == "failed",
        is_repeated=turn.id in repeated,
        turn=turn,
        reading=None if turn.is_ours else reading,
        intents=[intent_label(intent) for intent in reading.intents] if reading and not turn.is_ours else [],
        themes=themes_of(reading.themes) if reading and not turn.is_ours else [],
        reasons=list(reasons_of(reading.themes, reading.reasons, turn.text)) if reading and not turn.is_ours else [],
        chips=chips.get(turn.id, ()),
        lines=_lines(turn),
    )


def _lines(turn: TurnRow) -> list[Line]:
    """What stands around a word of theirs: who else reads it, where else it came in, what a machine says."""
    if turn.is_ours:
        return []
    forwarder = next((other.name or other.value for other in turn.others if other.role == "forwarder"), "")
    copied = ", ".join(other.name or other.value for other in turn.others if other.role == "cc" and other.value)
    lines = around_lines(turn.around, forwarder=forwarder, today=turn.at.astimezone(ZONE).date())
    if turn.also_at:
        lines.append(Line("inbox", _("Also came in at %(where)s.") % {"where": ", ".join(turn.also_at)}))
    if copied:
        lines.append(Line("users", _("Copy to %(names)s.") % {"names": copied}))
    return lines


def _author(turn: TurnRow, customer: str) -> str:
    if turn.is_ours:
        return turn.by or _("The house")
    written = next((author.name for author in turn.authors if author.name), "") or turn.said_name
    if turn.around.get("automatic") not in (None, "out_of_office"):
        return written or next((author.value for author in turn.authors), _("A machine"))
    return written if turn.is_to_confirm and written else customer


def _meta(turn: TurnRow, outcome: str) -> str:
    """By what it came or went, and how far."""
    if outcome:
        return _("call, %(outcome)s") % {"outcome": _OUTCOMES.get(outcome, outcome)}
    parts = [turn.touchpoint if not turn.is_ours else _("e-mail") if turn.sent else _("follow-up page")]
    if turn.sent:
        is_pretence = turn.sent.provider_id == NOWHERE.provider_id
        words = state_in_words(turn.sent.state, turn.sent.provider_id) if is_pretence else _SENT[turn.sent.state]
        parts.append(str(words))
    if turn.is_program:
        parts.append(_("written by the house itself"))
    said = ", ".join(parts)
    return f"{said} · {turn.subject}" if turn.subject and not turn.is_ours else said


def _chips(found: Opened, at: datetime) -> dict[UUID, list[Chip]]:
    """Each promise hangs under the word that made or changed it: the answer that said so, else what asked for it."""
    promises = {promise.id: promise for promise in found.promises}
    hung: dict[UUID, UUID] = {}
    for event in found.events:
        if event.kind in _MADE and event.promise_id and event.interaction_id:
            hung[event.promise_id] = event.interaction_id
    chips: dict[UUID, list[Chip]] = {}
    for promise in promises.values():
        word = hung.get(promise.id) or _asked(found.turns, promise)
        if word:
            is_written = promise.id in found.written_for
            chips.setdefault(word, []).append(_written(promise) if is_written else _chip(promise, at))
    return chips


def _asked(turns: Sequence[TurnRow], promise: PromiseRow) -> UUID | None:
    """The customer's word after which the house promised."""
    before = [turn.id for turn in turns if not turn.is_ours and turn.at <= promise.made_at]
    return before[-1] if before else None


def _chip(promise: PromiseRow, at: datetime) -> Chip:
    what = promise_words(promise)
    said = {"what": what, "when": _deadline(promise.due_at, at)}
    if promise.status == "withdrawn":
        return Chip("x", "", _("%(what)s: no longer wanted") % said)
    if promise.status == "paused":
        return Chip("hourglass", "", _("%(what)s: waits for the customer") % said)
    if promise.settled_at is not None:
        chip = kept_chip(promise.settled_at, is_late=promise.status == "late")
        words = _("%(what)s: kept too late") if promise.status == "late" else _("%(what)s: kept")
        return Chip(chip.icon, chip.tone, words % said)
    if promise.due_at is not None and promise.status != "broken":
        chip = running_chip(promise.kind, promise.due_at, at)
        return Chip(chip.icon, chip.tone, _("%(what)s before %(when)s") % said)
    return Chip("x", "late", _("%(what)s before %(when)s: not kept yet") % said)


def _written(promise: PromiseRow) -> Chip:
    """An answer stands ready and has not left: the promise is neither kept nor forgotten."""
    words = _("%(what)s: written, not left yet") if promise.status != "broken" else _("%(what)s: not left in time")
    return Chip("send", "late" if promise.status == "broken" else "", words % {"what": promise_words(promise)})


def _deadline(due_at: datetime | None, at: datetime) -> str:
    return deadline(due_at.astimezone(ZONE), now=at.astimezone(ZONE)) if due_at else ""


def _fact(event: EventRow, names: Mapping[str, str]) -> Item:
    icon, words = _FACTS[event.kind]
    return Item(
        shape="fact",
        key=f"fait-{event.id}",
        at=event.at,
        icon=icon,
        who="",
        meta="",
        text=_told(event, str(words), names),
        is_late=event.kind.startswith("send_"),
    )


def _told(event: EventRow, words: str, names: Mapping[str, str]) -> str:
    """« Confiée à Bob par Alice » and the like."""
    if event.kind == "assigned":
        owner = event.detail.get("owner")
        words = _("Entrusted to %(name)s") % {"name": names.get(owner, _("a colleague"))} if owner else _("Left to all")
    elif event.kind == "snoozed" and event.detail.get("until"):
        until = datetime.fromisoformat(event.detail["until"])
        words = _("Put aside until %(when)s") % {
            "when": deadline(until.astimezone(ZONE), now=event.at.astimezone(ZONE))
        }
    return _("%(what)s by %(name)s") % {"what": words, "name": event.by} if event.by else words


def _with_days(items: Iterable[Item], at: datetime) -> Iterator[Item]:
    today, last = at.astimezone(ZONE).date(), None
    for item in items:
        day = item.at.astimezone(ZONE).date()
        if day == last:
            yield item
            continue
        last = day
        words = long_day(day, today=today)
        age = (today - day).days
        said = _("Today") if age == 0 else _("Yesterday, %(day)s") % {"day": words} if age == 1 else words.capitalize()
        yield replace(item, day=said)
