"""What members do to a conversation: one noun, one POST each; then back to its page, which says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from egards.accounts.http import MemberRequest
from egards.accounts.models import Member, Team
from egards.conversations.actions.calls import log_call
from egards.conversations.actions.drafts import (
    MOST_FILES_BYTES,
    attach_file,
    remove_file,
    save_draft,
    send_draft,
    undo_send,
)
from egards.conversations.actions.errors import ConversationError, InvalidDate, NeedsConfirmation
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.promises import keep_promise, make_promise, withdraw_promise
from egards.conversations.actions.states import (
    assign,
    confirm_author,
    join_conversations,
    mark_repeated,
    name_need,
    reopen,
    resolve,
    snooze,
)
from egards.conversations.models import Conversation, Draft, Promise, SavedReply, Turn
from egards.conversations.queries.thread import opened
from egards.conversations.queries.views import ZONE
from egards.conversations.reach import addresses_of
from egards.core.clock import now
from egards.workspace.composing import composer
from egards.workspace.toasts import undoable
from egards.workspace.views.queue import people_of

Act = Callable[..., HttpResponse | None]
_OUTCOMES = ("reached", "missed", "message")


def act(does: Act) -> Callable[..., HttpResponse]:
    """Make a view of an act on a conversation: found within the scope; what cannot be done is said on its page."""

    @require_POST
    @wraps(does)
    def view(request: MemberRequest, pk: UUID, **more: UUID) -> HttpResponse:
        rows = Conversation.objects.within(request.scope).select_related("brand", "touchpoint", "customer", "team")
        conversation = get_object_or_404(rows, pk=pk)
        try:
            response = does(request, conversation, **more)
        except ConversationError as error:
            messages.error(request, str(error))
            response = None
        return response or redirect(_page(request, conversation))

    return view


@act
def draft_save(request: MemberRequest, conversation: Conversation) -> HttpResponse:
    """Keep what is being written; a saved reply chosen without script is put after it."""
    if not (reply := request.POST.get("reponse")):
        _save(request, conversation)
        return HttpResponse(status=204)
    saved = get_object_or_404(SavedReply, pk=_uuid(reply), brand=conversation.brand)
    _append(request, conversation, _save(request, conversation), saved)
    return redirect(_page(request, conversation) + "#composer")


@act
def draft_send(request: MemberRequest, conversation: Conversation) -> None:
    """Let the answer leave in ten seconds, or say why it may not; the words are kept either way."""
    draft = _save(request, conversation)
    _attach(request, draft)
    send_draft(draft=draft, by=request.user, seen_version=_version(request))


@act
def draft_unsend(request: MemberRequest, conversation: Conversation) -> None:
    """Call an answer back that has not left."""
    leaving = Draft.objects.filter(conversation=conversation, member=request.user, leaves_at__isnull=False).first()
    if leaving is None:
        raise ConversationError(_("It has left already."))
    undo_send(draft=leaving, by=request.user)
    messages.success(request, _("Called back: nothing has left, your words are here."))


@act
def draft_files(request: MemberRequest, conversation: Conversation) -> None:
    """Put files beside the draft."""
    _attach(request, _save(request, conversation))


@act
def draft_file_remove(request: MemberRequest, conversation: Conversation) -> None:
    """Take a file away from one's own draft."""
    draft = _save(request, conversation)
    file = draft.files.filter(pk=_uuid(request.POST.get("fichier", ""))).first()
    if file is not None:
        remove_file(file=file)


@act
def note_keep(request: MemberRequest, conversation: Conversation) -> HttpResponse | None:
    """Keep a note. One that says what a note should not is shown again, with what is wrong, and nothing is lost."""
    text = request.POST.get("note", "")
    try:
        keep_note(conversation=conversation, by=request.user, text=text, confirmed="garder" in request.POST)
    except NeedsConfirmation as doubt:
        save_draft(conversation=conversation, member=request.user, note=text)
        messages.warning(request, str(doubt))
        return redirect(_page(request, conversation, volet="note"))
    return None


@act
def owner_set(request: MemberRequest, conversation: Conversation) -> None:
    """Entrust it to somebody, to oneself, or to nobody."""
    before = conversation.owner_id
    chosen = request.POST.get("a", "")
    owner = request.user if chosen == "moi" else _colleague(conversation, chosen) if chosen else None
    team = (
        get_object_or_404(Team, pk=_id(request, "equipe"), brand=conversation.brand)
        if request.POST.get("equipe")
        else None
    )
    assign(conversation=conversation, by=request.user, owner=owner, team=team)
    if owner is None or owner.pk != before:
        words = _("Entrusted to %(name)s.") % {"name": owner.name} if owner else _("Left to all.")
        messages.success(request, words)


@act
def snooze_set(request: MemberRequest, conversation: Conversation) -> None:
    """Put it aside until a moment."""
    snooze(conversation=conversation, until=_moment(request, "jusqu"), by=request.user)
    undoable(request, _("Put aside."), reverse("conversation_reopen", args=[conversation.pk]))


@act
def resolution(request: MemberRequest, conversation: Conversation) -> None:
    """Say that the need is met."""
    resolve(conversation=conversation, by=request.user, without_answer="sans" in request.POST)
    undoable(request, _("Resolved."), reverse("conversation_reopen", args=[conversation.pk]))


@act
def reopening(request: MemberRequest, conversation: Conversation) -> None:
    """Take it up again."""
    reopen(conversation=conversation, by=request.user)


@act
def need_set(request: MemberRequest, conversation: Conversation) -> None:
    """Say in one line what it is about."""
    name_need(conversation=conversation, need=request.POST.get("besoin", ""), by=request.user)


@act
def repetition(request: MemberRequest, conversation: Conversation) -> None:
    """Say that the customer had to explain everything again."""
    mark_repeated(conversation=conversation, by=request.user)


@act
def promise_make(request: MemberRequest, conversation: Conversation) -> None:
    """Promise something that the customer knows of already: said on the telephone, in the shop."""
    is_call = request.POST.get("quoi_promis") == "appel"
    what = " ".join(request.POST.get("ce_que", "").split())[:200]
    if not (is_call or what):
        raise ConversationError(_("Say what is promised."))
    make_promise(
        conversation=conversation,
        by=request.user,
        kind=Promise.Kind.CALL if is_call else Promise.Kind.OTHER,
        what=what,
        due_at=_moment(request, "avant"),
        owner=conversation.owner or request.user,
    )


@act
def promise_keep(request: MemberRequest, conversation: Conversation, promise: UUID) -> None:
    """Say that a promise was kept."""
    keep_promise(promise=_promise(conversation, promise), by=request.user)
    messages.success(request, _("Kept."))


@act
def promise_withdraw(request: MemberRequest, conversation: Conversation, promise: UUID) -> None:
    """Say that the customer no longer wants what was promised."""
    withdraw_promise(promise=_promise(conversation, promise), by=request.user)


@act
def call_log(request: MemberRequest, conversation: Conversation) -> None:
    """Write down a call."""
    outcome: Any = request.POST.get("issue", "")
    if outcome not in _OUTCOMES:
        raise ConversationError(_("Say how the call went."))
    log_call(conversation=conversation, by=request.user, outcome=outcome, text=request.POST.get("appel", ""))
    messages.success(request, _("The call is written down."))


@act
def joining(request: MemberRequest, conversation: Conversation) -> HttpResponse:
    """Say that another conversation is the same need: the older one stays."""
    rows = Conversation.objects.within(request.scope).select_related("customer")
    other = get_object_or_404(rows, pk=_id(request, "avec"))
    kept, joined = sorted((conversation, other), key=lambda one: (one.opened_at, one.pk))
    join_conversations(kept=kept, joined=joined, by=request.user)
    messages.success(request, _("They are one conversation now."))
    return redirect(_page(request, kept))


@act
def author_confirm(request: MemberRequest, conversation: Conversation) -> None:
    """Say that a word whose author was not known is this customer's."""
    turn = Turn.objects.filter(pk=_id(request, "mot"), conversation=conversation, is_to_confirm=True).first()
    if turn is None:
        raise ConversationError(_("There is nothing to confirm there."))
    confirm_author(turn=turn, by=request.user)


def _page(request: MemberRequest, conversation: Conversation, **more: str) -> str:
    """The conversation's page, beside the same queue as before."""
    kept = {name: value for name in ("vue", "lieu", "signe") if (value := request.GET.get(name))}
    query = urlencode({**kept, **more})
    return reverse("conversation", args=[conversation.pk]) + (f"?{query}" if query else "")


def _save(request: MemberRequest, conversation: Conversation) -> Draft:
    """Keep every field of the composer that was sent."""
    sent = request.POST
    values: dict[str, Any] = {}
    if not request.access.may("answer customers"):  # an expert's note alone
        return save_draft(conversation=conversation, member=request.user, note=sent.get("note"))
    if sent.get("via") in Draft.Via.values:
        values["via"] = Draft.Via(sent["via"])
    if sent.get("ensuite") in Draft.Then.values:
        values["then"] = Draft.Then(sent["ensuite"])
    wanted = sent.get("adresse")
    handle = (
        next((r.handle for r in addresses_of(conversation) if str(r.handle.pk) == wanted), None) if wanted else None
    )
    by = _date(request, "avant")
    return save_draft(
        conversation=conversation,
        member=request.user,
        text=sent.get("texte"),
        note=sent.get("note"),
        handle=handle,
        promised=sent.get("promis", ""),
        promised_by=by,
        renegotiates=_promise(conversation, _id(request, "remplace")) if by and sent.get("remplace") else None,
        **values,
    )


def _append(request: MemberRequest, conversation: Conversation, draft: Draft, reply: SavedReply) -> None:
    scope, people = request.scope, people_of(request)
    found = opened(conversation.pk, member=request.user, scope=scope, people=people)
    if found is None:
        raise Http404
    ready = composer(found, member=request.user, at=now(), customer="").replies
    text = next((one.text for one in ready if one.id == reply.pk), "")
    joined = "\n\n".join(part for part in (draft.text.rstrip(), text) if part)
    save_draft(conversation=conversation, member=request.user, text=joined)


def _attach(request: MemberRequest, draft: Draft) -> None:
    for upload in request.FILES.getlist("pieces"):
        if (upload.size or 0) > MOST_FILES_BYTES:
            raise ConversationError(
                _("“%(name)s” weighs more than 15 MB: many mailboxes refuse that.") % {"name": upload.name}
            )
        attach_file(draft=draft, name=upload.name or "", content_type=upload.content_type or "", data=upload.read())


def _version(request: MemberRequest) -> int:
    """What the page showed; a form that does not say has seen nothing."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _moment(request: MemberRequest, name: str) -> datetime:
    found = _date(request, name)
    if found is None:
        raise InvalidDate(_("Choose a moment."))
    return found


def _date(request: MemberRequest, name: str) -> datetime | None:
    """A moment: the one chosen in the list, or the one written beside it (on members' clocks)."""
    chosen = request.POST.get(name, "autre")
    text = request.POST.get(f"{name}_date") if chosen == "autre" else chosen
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDate(_("This is not a date.")) from error
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _promise(conversation: Conversation, pk: UUID | None) -> Promise:
    return get_object_or_404(Promise, pk=pk, conversation=conversation)


def _colleague(conversation: Conversation, chosen: str) -> Member:
    answering = Member.objects.filter(is_active=True, roles__brand_id__in=[conversation.brand_id])
    house = Member.objects.filter(is_active=True, roles__brand=None, roles__name="admin")
    return get_object_or_404((answering | house).distinct(), pk=_uuid(chosen))


def _id(request: MemberRequest, name: str) -> UUID:
    return _uuid(request.POST.get(name, ""))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
