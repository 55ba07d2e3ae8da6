"""Behind an invitation: a member chooses their name and password, and is in."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from egards.accounts.actions import AccountError, accept_invitation, invited_by
from egards.accounts.models import Member
from egards.workspace.beginning.key import quietly
from egards.workspace.settings_pages.member_forms import PasswordForm


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a name and a password; the link serves once."""
    member = invited_by(token=token)
    if member is None:
        return quietly(render(request, "workspace/beginning/link_dead.html", status=410))
    form = PasswordForm(request.POST if request.method == "POST" else None, initial={"name": member.name})
    if form.is_valid():
        try:
            member = accept_invitation(token=token, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            return quietly(_come_in(request, member))
    context = {"form": form, "member": member, "is_new": not member.has_usable_password()}
    return quietly(render(request, "workspace/beginning/invitation.html", context))


def _come_in(request: HttpRequest, member: Member) -> HttpResponse:
    """Sign them in; with a second proof on their account, the link does not stand for it."""
    if is_mfa_enabled(member):
        messages.success(request, _("Your password is changed. Sign in with it."))
        return redirect(settings.LOGIN_URL)
    sign_in(request, member)
    return redirect("home")


def sign_in(request: HttpRequest, member: Member) -> None:
    """Open a fresh session for a member who has just chosen their password."""
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
