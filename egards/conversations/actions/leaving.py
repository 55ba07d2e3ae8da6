"""An answer is written: its permit, its words, its delivery, what it promises, in one transaction.

What burdens us stands at once: a promise made, somebody in charge. What relieves us waits until the letter has left
(``reaching``); an answer on the follow-up page has reached the customer's way as soon as it is written.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.consent.actions import may_contact
from egards.consent.decisions import Decision
from egards.consent.rules.facts import Medium, Purpose, RuleMissing
from egards.conversations.actions.events import locked, tell
from egards.conversations.actions.links import address_of, mailed_link
from egards.conversations.actions.promises import make_promise, refresh_due
from egards.conversations.actions.reaching import answer_of, has_reached
from egards.conversations.actions.states import reopen
from egards.conversations.letters import Answer, answer_letter, due_words
from egards.conversations.models import Conversation, Draft, Event, Link, Promise, Turn
from egards.conversations.quoting import quoted_for
from egards.conversations.reach import screen_link_of
from egards.conversations.senders import subject_of, touchpoint_for, word_to_answer
from egards.conversations.tokens import reply_token
from egards.core.clock import now
from egards.customers.actions import NewEntry, add_to_timeline
from egards.interactions.letters import Picture
from egards.interactions.models import Interaction
from egards.interactions.outbox import OutgoingFile, put_out, write_word
from egards.interactions.pictures import picture_id
from egards.notifications.actions import notify

#: How many answers the clock lets leave in one go, when their own job was lost.
LEFT_TOGETHER = 100


@transaction.atomic
def leave(*, draft_id: UUID) -> Interaction | None:
    """Let an answer leave whose time has come; None when it was called back, has left, or may not leave."""
    draft = Draft.objects.filter(pk=draft_id).values_list("conversation_id", flat=True).first()
    if draft is None:
        return None
    conversation = locked(Conversation(pk=draft))
    leaving = Draft.objects.select_for_update(of=("self",)).select_related("member", "handle", "renegotiates")
    ready = leaving.filter(pk=draft_id, leaves_at__lte=now()).first()
    if ready is None:
        return None
    said = _mail(conversation, ready) if ready.via == Draft.Via.EMAIL else _show(conversation, ready)
    if said is None:
        return None
    _record(conversation, ready, said)
    ready.delete()
    return said


def leave_due() -> int:
    """Let leave what should have left already: the clock's net under each answer's own job. Returns how many."""
    due = Draft.objects.filter(leaves_at__lte=now()).order_by("leaves_at")[:LEFT_TOGETHER]
    return sum(leave(draft_id=pk) is not None for pk in list(due.values_list("pk", flat=True)))


def _mail(conversation: Conversation, draft: Draft) -> Interaction | None:
    """By e-mail, with the permit of the gate. A refusal gives the draft back to its author and says so."""
    decision = _ask(conversation, draft)
    if decision is None or not decision.is_allowed or draft.handle is None:
        _give_back(conversation, draft, decision.rule.code if decision else "")
        return None
    link = mailed_link(conversation=conversation, handle=draft.handle)
    said = answer_letter(
        conversation,
        Answer(draft.text, promise_words(draft), quoted_for(conversation, draft.handle), _pictures(draft)),
        by=draft.member,
        page=address_of(link),
        subject=subject_of(conversation),
    )
    word = put_out(
        touchpoint=touchpoint_for(conversation),
        permit_id=decision.permit_id,
        handle=draft.handle,
        subject=said.subject,
        text=said.text,
        html=said.letter.html,
        plain=said.letter.text,
        unquoted=said.letter.said,
        cause=word_to_answer(conversation),
        attachments=_files(draft),
        reply_token=reply_token(conversation.pk),
    )
    _place(conversation, word, draft.member, link)
    return word


def _show(conversation: Conversation, draft: Draft) -> Interaction | None:
    """On the follow-up page: nothing is sent, so nothing is asked of the gate; the customer comes and reads."""
    link = screen_link_of(conversation)
    if link is None:
        _give_back(conversation, draft, "")
        return None
    word = write_word(
        touchpoint=conversation.touchpoint,
        handle=None,
        subject="",
        text=draft.text,
        attachments=_files(draft),
        at=now(),
    )
    _place(conversation, word, draft.member, link)
    return word


def promise_words(draft: Draft) -> str:
    """Return the sentence in which an answer promises something, or nothing."""
    if not draft.promised_by:
        return ""
    said = {"what": draft.promised or _("an answer"), "when": due_words(draft.promised_by)}
    return _("Promised before %(when)s: %(what)s.") % said


def _ask(conversation: Conversation, draft: Draft) -> Decision | None:
    if conversation.customer is None:
        return None
    try:
        return may_contact(
            customer=conversation.customer,
            medium=Medium.EMAIL,
            purpose=Purpose.ANSWER,
            moment=now(),
            cause=word_to_answer(conversation),
            by=draft.member,
            handle=draft.handle,
        )
    except RuleMissing:  # no rule in force says that it may: it does not leave, and its author is told
        return None


def _give_back(conversation: Conversation, draft: Draft, rule: str) -> None:
    begun = Draft.objects.filter(conversation=conversation, member=draft.member, leaves_at=None).first()
    if begun is not None:
        draft.text = "\n\n".join(part for part in (draft.text, begun.text) if part.strip())
        begun.files.update(draft=draft)
        begun.delete()
    draft.leaves_at = None
    draft.save(update_fields=["text", "leaves_at"])
    tell(conversation, Event.Kind.SEND_REFUSED, by=draft.member, rule=rule)
    notify(member=draft.member, kind="send_refused", ref=conversation.pk)


def _files(draft: Draft) -> list[OutgoingFile]:
    return [(file.blob_id, file.name, file.content_type) for file in draft.files.order_by("id")]


def _pictures(draft: Draft) -> list[Picture]:
    found = ((picture_id(blob_id, kind), name) for blob_id, name, kind in _files(draft))
    return [Picture(content_id, name) for content_id, name in found if content_id]


def _place(conversation: Conversation, word: Interaction, by: Member, link: Link) -> None:
    Turn.objects.create(
        interaction=word, conversation=conversation, at=word.received_at, why=Turn.Why.OURS, link=link, by=by
    )
    if conversation.customer_id:
        entry = NewEntry(conversation.customer_id, word.happened_at, "answer", word.pk, conversation.touchpoint_id)
        add_to_timeline(entries=[entry])


def _record(conversation: Conversation, draft: Draft, word: Interaction) -> None:
    """What the answer changes: at once when it is read on the page, once it has left when it is a letter."""
    answer = answer_of(conversation, draft, word)
    if conversation.owner_id is None:
        conversation.owner = draft.member
        conversation.save(update_fields=["owner"])
    _promise(conversation, draft, word)
    if draft.via == Draft.Via.PAGE:
        has_reached(conversation, answer, at=word.received_at)
        return
    tell(conversation, Event.Kind.WRITTEN, by=draft.member, at=word.received_at, interaction=word, **answer.detail())
    refresh_due(conversation)


def _promise(conversation: Conversation, draft: Draft, word: Interaction) -> None:
    """Promise something new. Another date for a promise is given once the customer can know it."""
    if draft.promised_by is None or draft.promised_by <= now() or draft.renegotiates_id is not None:
        return
    make_promise(
        conversation=conversation,
        by=draft.member,
        kind=Promise.Kind.OTHER if draft.promised else Promise.Kind.ANSWER,
        what=draft.promised,
        due_at=draft.promised_by,
        owner=conversation.owner or draft.member,
        interaction=word,
    )
    reopen(conversation=conversation, by=draft.member)
