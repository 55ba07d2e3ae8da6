"""The first page of a new house, steps one to three: the company, its first words, its first member.

Each step writes what it asked and can be gone back to; what is typed again replaces what was.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from egards.accounts.actions import (
    AccountError,
    BrandFacts,
    add_brand,
    add_hours,
    add_member,
    add_team,
    choose_hours,
    facts_of,
    give_role,
    update_brand,
)
from egards.accounts.models import Brand, Hours, Member, Role, Team
from egards.core.french import number
from egards.intake.files import UPLOADS, receive_file
from egards.interactions.models import Batch
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.inbound import Unreadable
from egards.workspace.beginning.forms import CompanyForm, FileForm, FirstMemberForm, focused
from egards.workspace.beginning.invitation import sign_in
from egards.workspace.beginning.key import first_page_only
from egards.workspace.beginning.mailbox import MailboxStep, mailbox_of
from egards.workspace.beginning.steps import steps_at
from egards.workspace.settings_pages.forms import put_error
from egards.workspace.settings_pages.sending import awaits_code

CUSTOMER_SERVICE = "Service clients"


@require_safe
@first_page_only
def first_page(request: HttpRequest, token: str) -> HttpResponse:
    """Go on where one had stopped."""
    brand = first_brand()
    if brand is None or not brand.phone:
        return redirect("first_company", token=token)
    box = mailbox_of(brand)
    if (box.settings and not awaits_code(box)) or Batch.objects.exists():
        return redirect("first_member", token=token)
    return redirect("first_words", token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@first_page_only
def company(request: HttpRequest, token: str) -> HttpResponse:
    """Step one: the company and its telephone."""
    brand = first_brand()
    initial = {"name": brand.name, "phone": brand.phone} if brand else {}
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            open_house(brand, **form.cleaned_data)
        except AccountError as error:
            put_error(form, error)
        else:
            return redirect("first_words", token=token)
    context = {"form": focused(form), "steps": steps_at(1, token), "token": token}
    return render(request, "workspace/beginning/company.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@first_page_only
def words(request: HttpRequest, token: str) -> HttpResponse:
    """Step two: one mailbox or one file, or neither yet."""
    brand = first_brand()
    if brand is None:
        return redirect("first_company", token=token)
    what = request.POST.get("what", "")
    mailbox = MailboxStep(mailbox_of(brand), what, request.POST)
    file_form = FileForm(request.POST, request.FILES) if what == "file" else FileForm()
    if mailbox.take():
        return redirect("first_member" if mailbox.box.is_proved else "first_words", token=token)
    if what == "later" or (what == "file" and _take_file(request, brand, file_form)):
        return redirect("first_member", token=token)
    context = {"steps": steps_at(2, token), "token": token, "mailbox": mailbox, "file_form": file_form}
    return render(request, "workspace/beginning/words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@first_page_only
def first_member(request: HttpRequest, token: str) -> HttpResponse:
    """Step three: who keeps the house. They are signed in, and the key of this page dies."""
    brand = first_brand()
    if brand is None:
        return redirect("first_company", token=token)
    form = FirstMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            member = come_first(brand, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        except AccountError as error:
            put_error(form, error)
        else:
            sign_in(request, member)
            return redirect("first_hours")
    context = {"form": focused(form), "steps": steps_at(3, token), "token": token}
    return render(request, "workspace/beginning/member.html", context)


def first_brand() -> Brand | None:
    """Return the brand that the house began with."""
    return Brand.objects.order_by("pk").first()


@transaction.atomic
def open_house(brand: Brand | None, *, name: str, phone: str) -> Brand:
    """Open a brand with all it needs to be written to and called: hours, a team, a form, a telephone."""
    if brand is None:
        brand = add_brand(facts=BrandFacts(name=name, phone=phone), by=None)
    else:
        brand = update_brand(brand=brand, facts=replace(facts_of(brand), name=name, phone=phone), by=None)
    if brand.hours_id is None:
        hours = Hours.objects.filter(brand=brand).first() or add_hours(brand=brand, name=CUSTOMER_SERVICE, by=None)
        choose_hours(brand=brand, hours=hours, phone_hours=None, by=None)
    if not Team.objects.filter(brand=brand).exists():
        add_team(brand=brand, name=CUSTOMER_SERVICE, by=None)
    touchpoint_of_kind(brand=brand, kind="form", name=_("Contact page"))
    touchpoint_of_kind(brand=brand, kind="phone", name=_("Telephone"))
    return brand


@transaction.atomic
def come_first(brand: Brand, *, name: str, email: str, password: str) -> Member:
    """Make the first member: they keep the house and answer for the brand. Raises ``AccountError`` if not first."""
    Brand.objects.select_for_update().get(pk=brand.pk)  # two people at once: the second waits here, then is not first
    if Member.objects.exists():
        raise AccountError(_("Somebody has opened this house meanwhile. Sign in, or ask them for a link."))
    member = add_member(email=email, name=name, password=password)
    give_role(member=member, name=Role.Name.ADMIN)
    give_role(member=member, name=Role.Name.MANAGER, brand=brand, team=brand.default_team)
    return member


def _take_file(request: HttpRequest, brand: Brand, form: FileForm) -> bool:
    if not form.is_valid():
        return False
    try:
        n = take_in(form.cleaned_data["file"], brand)
    except Unreadable as error:
        form.add_error("file", str(error))
        return False
    said = ngettext(
        "%(n)s word is in, as archive: it is being read while you go on.",
        "%(n)s words are in, as archive: they are being read while you go on.",
        n,
    )
    messages.success(request, said % {"n": number(n)})
    return True


def take_in(file: UploadedFile[bytes], brand: Brand) -> int:
    """Take an uploaded file in; return how many words. Its copy lives in the house, as long as this call."""
    with tempfile.TemporaryDirectory(dir=settings.EGARDS_HOME, prefix=UPLOADS) as folder:
        path = Path(folder) / (Path(file.name or "").name or "fichier")
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        _source, n = receive_file(path=path, brand=brand)
    return n
