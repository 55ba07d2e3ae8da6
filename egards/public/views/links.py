"""« Suivre ma demande »: where the link is, and a fresh one sent to one's own address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from egards.core.clock import now
from egards.public import guard
from egards.public.brands import chosen_brand, page_of
from egards.public.form_tokens import form_token, read_form_token
from egards.public.forms import LinksForm
from egards.public.models import Post
from egards.public.renewal import ask_for_links

#: Askings of one visitor in ten minutes.
MOST = 5


@csrf_exempt  # no session, no authority: what it does is a letter to the address typed, at most one an hour
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Say where links are; send fresh ones to an address that has some. The answer is the same for any address."""
    brand = chosen_brand()
    context = page_of(brand) if brand else {}
    if request.method != "POST":
        return render(request, "public/follow_ups.html", context | _form(LinksForm()))
    form = LinksForm(request.POST)
    token = read_form_token("links", request.POST.get("form", ""), at=now())
    if token is None or not form.is_valid():
        return render(request, "public/follow_ups.html", context | _form(form), status=422)
    if guard.posts_of(request, Post.Page.LINKS) >= MOST:
        return render(request, "public/later.html", context, status=429)
    guard.note_post(request, Post.Page.LINKS, token)
    ask_for_links(form.cleaned_data["email"])
    return render(request, "public/asked.html", context)


def _form(form: LinksForm) -> dict[str, object]:
    return {"form": form, "form_token": form_token("links", at=now())}
