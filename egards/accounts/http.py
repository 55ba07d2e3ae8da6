"""What a member's request is, so that views need not guess."""

from __future__ import annotations

from django.http import HttpRequest

from egards.accounts.models import Member
from egards.accounts.queries import Access
from egards.accounts.scope import Scope


class MemberRequest(HttpRequest):
    """A request that the policy let through: a signed-in member, what they hold, and the scope of this route's act."""

    user: Member
    access: Access
    scope: Scope
