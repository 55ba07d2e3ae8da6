"""The contact page: the telephone first, a call at an hour chosen, a form; at once, who answers and by when.

Posts are exempt from the CSRF cookie: they carry no session and no authority, only the signed number of their form
(``form_tokens``), so that customers who refuse cookies may write, and the page sets none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from egards.accounts.models import Brand
from egards.conversations.models import Promise
from egards.conversations.rules.slots import Slot, find_slot
from egards.core.clock import now
from egards.public import contact, guard
from egards.public.brands import brand_pages, chosen_brand, page_of, page_url
from egards.public.finder import PROBLEMS
from egards.public.form_tokens import FormToken, form_token, read_form_token
from egards.public.forms import CallForm, WriteForm, posted_files
from egards.public.models import Post
from egards.public.taking import form_touchpoint, is_known, link_for, one_slot_at_a_time, take_word, word_id
from egards.touchpoints.kinds.form import PostedForm


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show how to reach a brand, or take what somebody wrote there. Without a name and with several brands: a list."""
    brand = chosen_brand(slug)
    if brand is None:
        if slug:
            raise Http404
        pages = brand_pages("contact_of")
        if not pages:
            raise Http404
        return render(request, "public/brands.html", {"pages": pages, "title": _("Who do you want to reach?")})
    if request.method != "POST":
        return _show(request, brand)
    if guard.is_too_heavy(request):
        return render(request, "public/heavy.html", page_of(brand), status=413)
    return _call(request, brand) if "call" in request.POST else _write(request, brand)


def _write(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = WriteForm(request.POST, request.FILES)
    token = _token(request)
    if token is None or not form.is_valid():
        return _show(request, brand, write=form, is_stale=token is None)
    if not contact.takes_forms(brand):
        raise Http404
    said = form.cleaned_data
    files = posted_files(said["attached"])
    word = PostedForm(
        id=word_id(token, said["text"], said["reach"], said["order"], *(file.data for file in files)),
        text=said["text"],
        name=said["name"],
        email=form.email,
        phone=form.phone,
        order=said["order"],
        page=request.path,
        lang=get_language() or "",
        files=files,
    )
    return _take(request, brand, token, word, write=form)


def _call(request: HttpRequest, brand: Brand) -> HttpResponse:
    slots = contact.call_slots(brand, now())
    form = CallForm(request.POST, slots=[slot.starts_at.isoformat() for slot in slots if slot.is_free])
    token = _token(request)
    if token is None or not form.is_valid():
        return _show(request, brand, call=form, is_stale=token is None)
    chosen = datetime.fromisoformat(form.cleaned_data["slot"])
    with one_slot_at_a_time(brand):
        slot = find_slot(contact.call_slots(brand, now()), chosen)
        word = _call_word(request, form, token, slot) if slot else None
        if word is None or (not slot.is_free and not is_known(form_touchpoint(brand), word)):  # type: ignore[union-attr]
            form.add_error("slot", _("This hour has just been taken. Choose another."))
            return _show(request, brand, call=form)
        return _take(request, brand, token, word, call=form)


def _call_word(request: HttpRequest, form: CallForm, token: FormToken, slot: Slot) -> PostedForm:
    said = form.cleaned_data
    return PostedForm(
        id=word_id(token, said["slot"], said["phone"], said["words"]),
        text=said["words"],
        subject="" if said["words"].strip() else _("Would like to be called"),
        name=said["name"],
        phone=said["phone"],
        page=request.path,
        lang=get_language() or "",
        call_from=slot.starts_at,
        call_to=slot.ends_at,
    )


def _take(request: HttpRequest, brand: Brand, token: FormToken, word: PostedForm, **forms: Any) -> HttpResponse:
    """Take a word in, unless it looks like a program's and proves nothing; then show who answers and by when."""
    touchpoint, reach = form_touchpoint(brand), word.email or word.phone
    if not is_known(touchpoint, word):
        if guard.is_doubtful(request, token, reach=reach) and not guard.has_proof(request, token):
            guard.note_post(request, Post.Page.CONTACT)
            return _show(request, brand, challenge=guard.challenge(token), token=token, **forms)
        guard.note_post(request, Post.Page.CONTACT, token, reach=reach)
    interaction_id = take_word(touchpoint=touchpoint, form=word)
    link = link_for(interaction_id) if interaction_id else None
    if link is None:
        return _kept(request, brand)
    return redirect(page_url(link))


def _kept(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The word is safe, and not read yet: say so, and by when a person answers."""
    return render(request, "public/kept.html", page_of(brand) | {"answer_by": contact.answer_by(brand, now())})


def _token(request: HttpRequest) -> FormToken | None:
    return read_form_token("contact", request.POST.get("form", ""), at=now())


def _show(
    request: HttpRequest,
    brand: Brand,
    *,
    write: WriteForm | None = None,
    call: CallForm | None = None,
    is_stale: bool = False,
    challenge: guard.Challenge | None = None,
    token: FormToken | None = None,
) -> HttpResponse:
    at = now()
    slots = contact.call_slots(brand, at)
    form = form_token("contact", at=token.at if token else at, nonce=token.nonce if token else "")
    context = page_of(brand) | {
        "price": contact.call_price(brand.phone),
        "opening": contact.opening_of(brand.phone_hours, at),
        "days": contact.days_of(slots, at, chosen=str(call["slot"].value() if call else ""))
        if any(slot.is_free for slot in slots)
        else [],
        "write": write or WriteForm(),
        "call": call or CallForm(slots=[slot.starts_at.isoformat() for slot in slots]),
        "form_token": form,
        "is_stale": is_stale,
        "challenge": challenge,
        "asked": "call" if call else "write",
        "takes_forms": contact.takes_forms(brand),
        "answer_by": contact.answer_by(brand, at),
        "written": contact.kept_share(brand, Promise.Kind.ANSWER, at),
        "called": contact.kept_share(brand, Promise.Kind.CALL, at),
        "delay": contact.delay_words(brand.answer_minutes),
        "places": contact.places_of(brand, at),
        "problems": PROBLEMS,
    }
    is_wrong = bool((write and write.errors) or (call and call.errors) or is_stale)
    return render(request, "public/contact.html", context, status=422 if is_wrong or challenge else 200)
