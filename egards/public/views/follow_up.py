"""The follow-up page behind a link: what was said, what was promised, a way to answer. The link's token is all the
authority there is: no cookie, no session (hence no CSRF cookie either). A token that opens nothing says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from egards.accounts.models import Brand
from egards.conversations.actions.acknowledge import renew_link
from egards.conversations.actions.calls import cancel_call, move_call
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.links import revoke_link
from egards.conversations.models import CallBack, Link
from egards.conversations.rules.slots import Slot
from egards.conversations.tokens import link_of, link_token
from egards.core.clock import now
from egards.core.ids import new_id
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Attachment
from egards.public import contact, guard, wording
from egards.public.brands import page_of, page_url
from egards.public.downloads import download
from egards.public.followed import followed, shows_file
from egards.public.form_tokens import form_token, read_form_token
from egards.public.forms import AnswerForm, posted_files
from egards.public.models import Post
from egards.public.taking import author_of, form_touchpoint, link_for, one_slot_at_a_time, take_word, word_id
from egards.public.views.missing import missing
from egards.touchpoints.kinds.form import PostedForm

#: Answers through one page in ten minutes, beyond which it asks to wait.
MOST_ANSWERS = 20

LinkView = Callable[..., HttpResponse]


def behind_link(*methods: str, is_open_when_expired: bool = False) -> Callable[[LinkView], LinkView]:
    """Give a view the link of the token in its path; refuse all others alike. Nothing of such a page is kept."""

    def decorate(view: LinkView) -> LinkView:
        @csrf_exempt
        @require_http_methods([*methods])
        @wraps(view)
        def guarded(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
            link = _link(token)
            if link is None:
                return _sealed(missing(request))
            is_expired = link.expires_at <= now()
            if is_expired and not is_open_when_expired:
                return _sealed(_expired(request, link, token))
            try:
                return _sealed(view(request, link, **more))
            except Http404:
                return _sealed(missing(request))

        return guarded

    return decorate


@behind_link("GET", "HEAD", "POST")
def follow_up(request: HttpRequest, link: Link) -> HttpResponse:
    """Show what the link shows; take an answer."""
    if request.method == "POST" and guard.is_too_heavy(request):
        return render(request, "public/heavy.html", page_of(link.conversation.brand), status=413)
    return _answer(request, link) if request.method == "POST" else _show(request, link)


@behind_link("POST")
def follow_up_call(request: HttpRequest, link: Link) -> HttpResponse:
    """Move the call to another hour."""
    call = _open_call(link)
    brand = link.conversation.brand
    with one_slot_at_a_time(brand):
        slot = _chosen(brand, request.POST.get("slot", ""))
        if slot is None:
            return _show(request, link, problem=_("This hour has just been taken. Choose another."), status=422)
        try:
            move_call(call_back=call, starts_at=slot.starts_at, ends_at=slot.ends_at)
        except ConversationError as error:
            return _show(request, link, problem=str(error), status=409)
    return _back(link)


@behind_link("POST")
def follow_up_writing(request: HttpRequest, link: Link) -> HttpResponse:
    """Write instead of calling."""
    try:
        cancel_call(call_back=_open_call(link))
    except ConversationError as error:
        return _show(request, link, problem=str(error), status=409)
    return _back(link)


@behind_link("POST")
def follow_up_end(request: HttpRequest, link: Link) -> HttpResponse:
    """Close the link for good."""
    revoke_link(link=link)
    return render(request, "public/ended.html", page_of(link.conversation.brand))


@behind_link("POST", is_open_when_expired=True)
def follow_up_renewal(request: HttpRequest, link: Link) -> HttpResponse:
    """Send a fresh link to the address of an old one, and to no other."""
    brand = page_of(link.conversation.brand)
    if guard.posts_of(request, Post.Page.LINKS) >= guard.MOST_OF_VISITOR:
        return render(request, "public/later.html", brand, status=429)
    guard.note_post(request, Post.Page.LINKS)
    try:
        renew_link(link=link)
    except ConversationError as error:
        return render(request, "public/expired.html", brand | {"problem": str(error), "can_renew": False}, status=409)
    return render(request, "public/renewed.html", brand)


@behind_link("GET", "HEAD")
def follow_up_file(request: HttpRequest, link: Link, pk: object) -> HttpResponse:
    """Give a file that came with a word which the link shows."""
    attachment = get_object_or_404(Attachment.objects.select_related("blob"), pk=pk)
    if not shows_file(link, attachment):
        return missing(request)
    return download(read_bytes(attachment.blob), name=attachment.name)


def _answer(request: HttpRequest, link: Link) -> HttpResponse:
    form = AnswerForm(request.POST, request.FILES)
    token = read_form_token("answer", request.POST.get("form", ""), at=now())
    if token is None or not form.is_valid():
        problem = "" if token else _("This page had been open for long: read your answer again, then send it.")
        return _show(request, link, form=form, problem=problem, status=422)
    if guard.posts_of(request, Post.Page.FOLLOW_UP) >= MOST_ANSWERS:
        problem = _("Many messages in a short time: wait a few minutes, then send this one. Your text is kept below.")
        return _show(request, link, form=form, problem=problem, status=429)
    guard.note_post(request, Post.Page.FOLLOW_UP, token)
    files = posted_files(form.cleaned_data["attached"])
    text, author = form.cleaned_data["text"], author_of(link)
    word = PostedForm(
        id=word_id(token, text, *(file.data for file in files)),
        text=text,
        name=author.name,
        email=author.email,
        phone=author.phone,
        proved=author.proved,
        lang=get_language() or "",
        reply_token=link_token(link),
        files=files,
    )
    interaction_id = take_word(touchpoint=form_touchpoint(link.conversation.brand), form=word)
    if interaction_id is None:
        page = page_of(link.conversation.brand)
        return render(request, "public/kept.html", page | {"answer_by": contact.answer_by(page["brand"], now())})
    return _back(link_for(interaction_id, through=link) or link)


def _show(
    request: HttpRequest, link: Link, *, form: AnswerForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    at = now()
    page = followed(link)
    brand = page.conversation.brand
    slots = contact.call_slots(brand, at) if page.call else []
    context = page_of(brand) | {
        "page": page,
        "token": link_token(link),
        "headline": wording.headline(page),
        "steps": wording.steps(page),
        "who": wording.who(page),
        "form": form or AnswerForm(),
        "form_token": form_token("answer", at=at),
        "problem": problem,
        "days": contact.days_of(slots, at) if any(slot.is_free for slot in slots) else [],
    }
    return render(request, "public/follow_up.html", context, status=status)


def _expired(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    can_renew = link.level == Link.Level.MAILED
    context = page_of(link.conversation.brand) | {"token": token, "can_renew": can_renew}
    return render(request, "public/expired.html", context, status=410)


def _link(token: str) -> Link | None:
    """Return the link that a token opens. One that we did not make costs the same question to the base."""
    link = link_of(token)
    if link is None:
        Link.objects.select_related("conversation__brand", "conversation__touchpoint", "handle").filter(
            pk=new_id()
        ).first()
    return link if link is not None and link.revoked_at is None else None


def _open_call(link: Link) -> CallBack:
    call = followed(link).call
    return get_object_or_404(CallBack, pk=call.pk if call else None)


def _chosen(brand: Brand, value: str) -> Slot | None:
    """The free slot that a form names, or None."""
    slots = [slot for slot in contact.call_slots(brand, now()) if slot.is_free]
    return next((slot for slot in slots if slot.starts_at.isoformat() == value), None)


def _back(link: Link) -> HttpResponse:
    return redirect(page_url(link))


def _sealed(response: HttpResponse) -> HttpResponse:
    """The path holds a token: no other site learns it, nobody keeps the page, no robot lists it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
