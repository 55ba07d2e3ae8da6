"""What happened with a customer, whatever told it: their words, our answers, calls, promises, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Q
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.accounts.scope import Scope
from egards.conversations.models import Turn
from egards.customers.models import TimelineEntry
from egards.interactions.models import Content, Delivery, Interaction
from egards.understanding.models import Reading
from egards.understanding.wording import theme_label
from egards.workspace.dossier_parts import NoteKept, Promised
from egards.workspace.fence import here
from egards.workspace.paging import PER_PAGE, Cursor, Page, page_of
from egards.workspace.promises import promise_shown
from egards.workspace.queries import icon_of
from egards.workspace.wordtext import excerpt

MOST_THEMES = 3
#: Kinds of entries whose reference is an interaction.
SAID = ("word", "answer", "call")
#: Other kinds, in words; what nobody wrote here is shown by its moment alone.
_KINDS: Mapping[str, tuple[str, str | LazyText]] = {
    "note": ("notes", gettext_lazy("Internal note")),
    "promise": ("flag", gettext_lazy("Promise")),
    "opened": ("messages", gettext_lazy("Conversation opened")),
    "resolved": ("circle-check", gettext_lazy("Conversation resolved")),
    "reopened": ("messages", gettext_lazy("Conversation reopened")),
    "call": ("phone-call", gettext_lazy("Call")),
    "answer": ("send", gettext_lazy("Our answer")),
    "unsent": ("send", gettext_lazy("Our answer, not left yet")),
    "word": ("message-circle", gettext_lazy("Their words")),
}
#: What we wrote or said to them.
_ANSWERS = ("answer", "unsent", "call")
#: What is read with a word, by the way.
_BESIDE = tuple(f"interaction__{name}" for name in ("delivery", "touchpoint", "product", "place", "turn__by"))
_IN_SHORT: Mapping[str, LazyText] = {
    "promise": gettext_lazy("Promised: %(words)s"),
    "note": gettext_lazy("Note: %(words)s"),
    "call": gettext_lazy("Called: %(words)s"),
    "answer": gettext_lazy("Answered: %(words)s"),
    "unsent": gettext_lazy("Written, not left yet: %(words)s"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline as pages show it: who, through what, what was said, and where it leads."""

    id: UUID
    kind: str
    at: datetime
    icon: str
    title: str
    subject: str = ""
    said: str = ""
    url: str = ""
    is_theirs: bool = False
    was_old: bool = False
    via: str = ""
    status: str = ""
    interaction: Interaction | None = None
    reading: Reading | None = None
    themes: Sequence[tuple[str, int, bool]] = ()

    @property
    def line(self) -> str:
        """The moment in a few words, for a short story: ours says what it is, theirs speaks for itself."""
        is_ours = self.kind in _ANSWERS  # their subject is the customer's own, « Re: » before it
        words = (self.said or self.subject) if is_ours else (self.subject or self.said)
        if not words or self.is_theirs or self.kind not in _IN_SHORT:
            return words or self.title
        if self.kind == "promise":
            words = words[:1].lower() + words[1:]
        return str(_IN_SHORT[self.kind]) % {"words": words}


def timeline(
    family: Sequence[UUID],
    scope: Scope,
    *,
    promises: Iterable[Promised] = (),
    notes: Iterable[NoteKept] = (),
    before: Cursor | None = None,
    size: int = PER_PAGE,
) -> Page[Moment]:
    """Return what happened with a family of customers, newest first (two queries).

    ``promises`` and ``notes`` are those already read, that entries refer to.
    """
    rows = TimelineEntry.objects.filter(here(scope), customer_id__in=family)
    if before:
        rows = rows.filter(before.older("happened_at"))
    page = page_of(list(rows.order_by("-happened_at", "id")[: size + 1]), lambda e: (e.happened_at, e.pk), size=size)
    contents = _contents([entry.ref for entry in page.rows if entry.kind in SAID], scope)
    promised, kept = {p.id: p for p in promises}, {n.id: n for n in notes}
    return Page([_moment(entry, contents, promised, kept) for entry in page.rows], page.next)


def _contents(refs: Sequence[UUID], scope: Scope) -> dict[UUID, Content]:
    if not refs:
        return {}
    rows = Content.objects.filter(here(scope), pk__in=refs).annotate(
        current=FilteredRelation("readings", condition=Q(readings__is_current=True))
    )
    dressed: Any = rows.defer("html", "search", "problems")
    return {row.pk: row for row in dressed.select_related("current", *_BESIDE)}


def _moment(
    entry: TimelineEntry,
    contents: Mapping[UUID, Content],
    promised: Mapping[UUID, Promised],
    kept: Mapping[UUID, NoteKept],
) -> Moment:
    if entry.ref in contents:
        return _word(entry, contents[entry.ref])
    if entry.ref in promised:
        return _promise(entry, promised[entry.ref])
    if entry.ref in kept:
        return _note(entry, kept[entry.ref])
    icon, title = _KINDS.get(entry.kind, ("circle-dashed", gettext_lazy("Something else")))
    return Moment(entry.pk, entry.kind, entry.happened_at, icon, str(title))


def _word(entry: TimelineEntry, content: Content) -> Moment:
    interaction = content.interaction
    turn: Turn | None = getattr(interaction, "turn", None)  # a word of before conversations has none
    is_theirs = interaction.direction == Interaction.Direction.IN and entry.kind != "call"
    delivery: Delivery | None = getattr(interaction, "delivery", None)
    kind = "unsent" if delivery is not None and delivery.sent_at is None else entry.kind
    ours = _title_of_ours(kind, turn)
    reading: Reading | None = getattr(content, "current", None) if is_theirs else None
    place = interaction.place.name if interaction.place else str(content.facts.get("place", ""))
    return Moment(
        id=entry.pk,
        kind=kind,
        at=entry.happened_at,
        icon="phone-call" if entry.kind == "call" else icon_of(interaction.touchpoint),
        title=interaction.touchpoint.name if is_theirs else ours,
        subject=content.subject,
        said=excerpt(content.text),
        url=_address(interaction, turn),
        is_theirs=is_theirs,
        was_old=interaction.was_old,
        via=place if is_theirs else interaction.touchpoint.name,
        interaction=interaction,
        reading=reading,
        themes=[(theme_label(t["theme"]), t["polarity"], t["ambiguous"]) for t in reading.themes[:MOST_THEMES]]
        if reading
        else (),
    )


def _address(interaction: Interaction, turn: Turn | None) -> str:
    if turn is None:
        return reverse("word", args=[interaction.pk])
    return f"{reverse('conversation', args=[turn.conversation_id])}#mot-{interaction.pk}"


def _title_of_ours(kind: str, turn: Turn | None) -> str:
    by = turn.by.name if turn and turn.by else ""
    if kind == "call":
        return _("Call by %(name)s") % {"name": by} if by else _("Call")
    if turn and turn.is_program:
        return _("Our program")
    if kind == "unsent":
        return _("%(name)s, for us: not left yet") % {"name": by} if by else str(_KINDS[kind][1])
    return _("%(name)s, for us") % {"name": by} if by else _("Our answer")


def _promise(entry: TimelineEntry, promise: Promised) -> Moment:
    shown = promise_shown(promise)
    url = reverse("conversation", args=[promise.conversation_id])
    return Moment(
        id=entry.pk,
        kind="promise",
        at=entry.happened_at,
        icon="flag",
        title=_("Promise of %(name)s") % {"name": promise.owner} if promise.owner else _("Promise"),
        subject=shown.what,
        url=url,
        status=shown.word,
    )


def _note(entry: TimelineEntry, note: NoteKept) -> Moment:
    url = reverse("conversation", args=[note.conversation_id])
    title = _("Note by %(name)s") % {"name": note.by}
    return Moment(entry.pk, "note", entry.happened_at, "notes", title, said=excerpt(note.text), url=url)
