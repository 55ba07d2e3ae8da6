"""One word as its page shows it: its text underlined, its readings with their reasons, and who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from egards.accounts.queries import Access
from egards.accounts.scope import Scope
from egards.conversations.models import Conversation, Turn
from egards.customers.models import Customer, TimelineEntry
from egards.interactions.around_words import Line, around_lines
from egards.interactions.models import Attachment, Content, Interaction, Participation
from egards.interactions.wording import handle_icon, proof_label, role_label, shown_handle
from egards.understanding.models import Reading
from egards.understanding.wording import intent_label, reason_tone, reason_words, theme_label
from egards.workspace.dossier_parts import Known
from egards.workspace.people import family_of, known_of
from egards.workspace.queries import icon_of
from egards.workspace.story import Moment, timeline
from egards.workspace.wordtext import MOST_SHOWN, Block, Mark, blocks

OTHER_WORDS = 5
_FACTS: Mapping[str, str | Promise] = {
    "place": _("Place"),
    "product": _("Product"),
    "brand": _("Brand"),
    "language": _("Language said by the source"),
    "author_name": _("Name said by the source"),
    "reply_to": _("Asks to be answered at"),
    "sender": _("Sent by"),
    "order": _("Order"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who took part, in words."""

    role: str
    icon: str
    name: str
    address: str
    proof: str
    is_forgotten: bool


@dataclass(frozen=True, slots=True)
class Because:
    """One reason of a reading: what it says, and the customer's own words for it."""

    what: str
    quote: str


@dataclass(frozen=True, slots=True)
class ThemeShown:
    """A theme understood in a word."""

    label: str
    polarity: int
    is_ambiguous: bool


@dataclass(frozen=True)
class WordShown:
    """Everything the page of one word needs."""

    interaction: Interaction
    icon: str
    content: Content | None
    blocks: Sequence[Block]
    is_cut: bool
    is_forgotten: bool
    parties: Sequence[Party]
    author: str
    attachments: Sequence[Attachment]
    facts: Sequence[tuple[str, str]]
    reading: Reading | None
    themes: Sequence[ThemeShown] = ()
    intents: Sequence[str] = ()
    reasons: Sequence[Because] = ()
    customer: Customer | None = None
    known: Sequence[Known] = ()
    others: Sequence[Moment] = field(default=())
    conversation: Conversation | None = None
    lines: Sequence[Line] = ()
    may_correct: bool = False


def word_shown(interaction: Interaction, access: Access, scope: Scope) -> WordShown:
    """Gather the page of one word; its customer only for those who may read customers."""
    content = Content.objects.within(scope).filter(pk=interaction.pk).first()
    readings = Reading.objects.within(scope).select_related("by", "correction")
    reading = readings.filter(content_id=interaction.pk, is_current=True).first()
    parties = _parties(interaction)
    text = content.text if content else ""
    facts = dict(content.facts) if content else {}
    author = next((p.name or p.address for p in parties if p.role == role_label("author")), "")
    said = _said_of_customer(interaction, access.scope("read customers")) if access.may("read customers") else {}
    return WordShown(
        interaction=interaction,
        icon=icon_of(interaction.touchpoint),
        content=content,
        blocks=blocks(text, _marks(reading)),
        is_cut=len(text) > MOST_SHOWN,
        is_forgotten=content is None or (not text and any(party.is_forgotten for party in parties)),
        parties=parties,
        author=author or str(facts.get("author_name", "")),
        attachments=list(Attachment.objects.filter(interaction=interaction).select_related("blob").order_by("id")),
        facts=[(str(_FACTS.get(name, name)), str(value)) for name, value in facts.items() if value],
        reading=reading,
        themes=themes_of(reading.themes) if reading else [],
        intents=[intent_label(intent) for intent in reading.intents] if reading else [],
        reasons=list(reasons_of(reading.themes, reading.reasons, text)) if reading else [],
        conversation=_conversation(interaction, access),
        lines=_lines(content, parties, interaction.received_at.date()),
        may_correct=access.may("answer customers") and _covers(access.scope("answer customers"), interaction),
        **said,
    )


def _covers(scope: Scope, interaction: Interaction) -> bool:
    touchpoint = interaction.touchpoint
    return scope.is_house or touchpoint.brand_id in scope.brands or touchpoint.place_id in scope.places


def reading_text(reading: Reading) -> Sequence[Block]:
    """The words that a reading is about, to be read beside the form that corrects it."""
    return blocks(reading.content.text, [])


def _lines(content: Content | None, parties: Sequence[Party], today: date) -> list[Line]:
    """What stands around the words: which machine wrote, who handed them on."""
    forwarder = next((p.name or p.address for p in parties if p.role == role_label("forwarder")), "")
    return around_lines(content.around, forwarder=forwarder, today=today) if content else []


def _conversation(interaction: Interaction, access: Access) -> Conversation | None:
    """Where it was answered, for those who may read conversations."""
    if not access.may("read conversations"):
        return None
    turns = Turn.objects.within(access.scope("read conversations")).select_related("conversation")
    turn = turns.filter(interaction=interaction).first()
    return turn.conversation if turn else None


def _parties(interaction: Interaction) -> list[Party]:
    rows = Participation.objects.filter(interaction=interaction).select_related("handle").order_by("id")
    return [
        Party(
            role_label(row.role),
            handle_icon(row.handle.kind),
            row.handle.name,
            shown_handle(row.handle),
            proof_label(row.proof),
            not row.handle.value,
        )
        for row in rows
    ]


def _marks(reading: Reading | None) -> list[Mark]:
    if reading is None:
        return []
    found = [Mark(start, end, reason_tone(code, weight)) for code, start, end, weight in reading.reasons]
    return [mark for mark in found if mark.tone]


def themes_of(themes: Iterable[Mapping[str, Any]]) -> list[ThemeShown]:
    """Return the themes of a reading, by their names."""
    return [ThemeShown(theme_label(t["theme"]), t["polarity"], t["ambiguous"]) for t in themes]


def reasons_of(themes: Iterable[Mapping[str, Any]], reasons: Iterable[Sequence[Any]], text: str) -> Iterable[Because]:
    """Return why it was read so: themes first, with their words, then the passages that weighed."""
    for theme in themes:
        quotes = [" ".join(text[start:end].split()) for start, end in theme["spans"]]
        yield Because(theme_label(theme["theme"]), ", ".join(dict.fromkeys(filter(None, quotes))))
    for code, start, end, weight in reasons:
        yield Because(reason_words(code, weight), " ".join(text[start:end].split()))


def _said_of_customer(interaction: Interaction, scope: Scope) -> dict[str, Any]:
    entry = TimelineEntry.objects.within(scope).filter(ref=interaction.pk, kind="word")
    found = entry.select_related("customer__merged_into").first()
    if found is None:
        return {}
    customer = found.customer.merged_into or found.customer
    family = family_of(customer)
    page = timeline(family, scope, size=3 * OTHER_WORDS)
    mine = [moment for moment in page.rows if moment.interaction and moment.interaction.pk != interaction.pk]
    return {"customer": customer, "known": known_of(family, scope), "others": mine[:OTHER_WORDS]}
