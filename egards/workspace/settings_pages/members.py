"""Members: who is here, what they do, how they come and how they leave."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from egards.accounts.actions import (
    LINK_HOURS,
    AccountError,
    change_member,
    deactivate_member,
    give_role,
    hand_over_link,
    invite_member,
    reactivate_member,
    withdraw_role,
)
from egards.accounts.http import MemberRequest
from egards.accounts.models import Member, Role
from egards.accounts.scope import Scope
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.states import assign
from egards.conversations.models import Conversation
from egards.workspace.settings_pages.forms import put_error
from egards.workspace.settings_pages.member_forms import HandOverForm, InviteForm, RoleForm, WhoForm


@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """Everybody of the brands that one keeps."""
    known = members_in(request.scope).order_by("-is_active", "sort_key")
    return render(request, "workspace/settings/members.html", {"members": known})


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: MemberRequest) -> HttpResponse:
    """Let somebody in: their address, their role, and a link to hand over."""
    form = InviteForm(request.POST if request.method == "POST" else None, scope=request.scope)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                made = invite_member(email=said["email"], name=said["name"], phone=said["phone"], by=request.user)
                give_role(member=made, **form.wish(), by=request.user)
                token = hand_over_link(member=made, by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            return _show_link(request, made, token)
    return render(request, "workspace/settings/invite.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One member: their name, their roles, their way in and out."""
    found = _member_or_404(request, pk)
    initial = {"name": found.name, "phone": found.phone}
    form = WhoForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            change_member(member=found, **form.cleaned_data, by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("It is kept."))
            return redirect("settings_member", pk=found.pk)
    return _show_member(request, found, form)


@require_POST
def link(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show, once, a link with which a member chooses a password."""
    found = _member_or_404(request, pk)
    try:
        token = hand_over_link(member=found, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
        return redirect("settings_member", pk=found.pk)
    return _show_link(request, found, token)


@require_POST
def add_role(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a member one more role."""
    found = _member_or_404(request, pk)
    form = RoleForm(request.POST, scope=request.scope)
    if form.is_valid():
        try:
            give_role(member=found, **form.wish(), by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("%(name)s holds this role from now on.") % {"name": found.name})
            return redirect("settings_member", pk=found.pk)
    return _show_member(request, found, role_form=form)


@require_POST
def take_role(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a role back."""
    roles = Role.objects.filter(Role.in_scope(request.scope)).select_related("member", "brand")
    role = get_object_or_404(roles, pk=pk)
    try:
        withdraw_role(role=role, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s no longer holds this role.") % {"name": role.member.name})
    if members_in(request.scope).filter(pk=role.member_id).exists():
        return redirect("settings_member", pk=role.member_id)
    return redirect("settings_members")


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Close an account, once its conversations have been handed over."""
    found = _member_or_404(request, pk)
    held = Conversation.objects.within(request.scope).filter(owner=found).exclude(state=Conversation.State.RESOLVED)
    held = held.filter(joined_into=None).select_related("brand", "touchpoint").order_by("pk")
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=_colleagues(found, held))
    if form.is_valid():
        try:
            _close(found, held, form.cleaned_data["to"], request.user)
        except (AccountError, ConversationError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s’s account is closed. What they wrote stays.") % {"name": found.name})
            return redirect("settings_members")
    return render(request, "workspace/settings/leave.html", {"member": found, "form": form, "n": held.count()})


@require_POST
def come_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open a closed account again."""
    found = _member_or_404(request, pk)
    try:
        reactivate_member(member=found, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s may sign in again.") % {"name": found.name})
    return redirect("settings_member", pk=found.pk)


def members_in(scope: Scope) -> QuerySet[Member]:
    """Return the members of a scope, with those of their roles that stand in it."""
    roles = Role.objects.filter(Role.in_scope(scope)).select_related("brand", "place", "team").order_by("pk")
    known = Member.objects.filter(Member.in_scope(scope)).distinct()
    return known.prefetch_related(Prefetch("roles", queryset=roles, to_attr="shown_roles"))


def _member_or_404(request: MemberRequest, pk: UUID) -> Member:
    return get_object_or_404(members_in(request.scope), pk=pk)


def _show_member(
    request: MemberRequest, member: Member, form: WhoForm | None = None, role_form: RoleForm | None = None
) -> HttpResponse:
    context = {
        "member": member,
        "form": form or WhoForm(initial={"name": member.name, "phone": member.phone}),
        "role_form": role_form or RoleForm(scope=request.scope),
        "is_self": member.pk == request.user.pk,
        "has_password": member.has_usable_password(),
    }
    return render(request, "workspace/settings/member.html", context)


def _show_link(request: MemberRequest, member: Member, token: str) -> HttpResponse:
    address = settings.EGARDS_URL + reverse("invitation", kwargs={"token": token})
    context = {"member": member, "address": address, "hours": LINK_HOURS, "is_new": not member.has_usable_password()}
    return render(request, "workspace/settings/link.html", context)


def _colleagues(leaving: Member, held: QuerySet[Conversation]) -> list[tuple[str, str]]:
    """Who may answer in every brand where conversations are held."""
    brands = set(held.values_list("brand_id", flat=True))
    if not brands:
        return []
    answering = (Role.Name.ADVISER, Role.Name.MANAGER, Role.Name.ADMIN)
    roles = Role.objects.filter(name__in=answering, place=None, member__is_active=True).exclude(member=leaving)
    reach: dict[tuple[str, str, UUID], set[UUID]] = {}
    for role in roles.select_related("member"):
        key = (role.member.sort_key, role.member.name, role.member_id)
        reach.setdefault(key, set()).update(brands if role.brand_id is None else {role.brand_id})
    return [(str(pk), name) for (_key, name, pk), theirs in sorted(reach.items()) if brands <= theirs]


@transaction.atomic
def _close(member: Member, held: QuerySet[Conversation], to: str, by: Member) -> None:
    owner = Member.objects.get(pk=UUID(to)) if to else None
    for conversation in held:
        assign(conversation=conversation, by=by, owner=owner, team=conversation.team)
    if Conversation.objects.filter(owner=member).exclude(state=Conversation.State.RESOLVED).exists():
        raise AccountError(_("Some of their conversations belong to brands that you do not keep."))
    deactivate_member(member=member, by=by)
