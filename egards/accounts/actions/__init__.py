"""Writes about who we are: brands, hours, places, teams, members, roles. Keyword-only; each is noted in the journal.

``by`` is the member who asks; None is the house itself (the command line, the first page of a new house).
"""

from egards.accounts.actions.brands import (
    BrandFacts,
    add_brand,
    brand_named,
    choose_hours,
    choose_team,
    facts_of,
    offer_calls,
    promise_answers,
    reopen_within,
    update_brand,
)
from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.hours import add_hours, set_hours
from egards.accounts.actions.invitations import LINK_HOURS, accept_invitation, hand_over_link, invited_by
from egards.accounts.actions.journal import note
from egards.accounts.actions.members import (
    add_member,
    change_member,
    deactivate_member,
    invite_member,
    reactivate_member,
    set_password,
)
from egards.accounts.actions.places import add_place, add_team, place_named, update_place, update_team
from egards.accounts.actions.roles import give_role, put_in_team, withdraw_role

__all__ = [
    "LINK_HOURS",
    "AccountError",
    "BrandFacts",
    "accept_invitation",
    "add_brand",
    "add_hours",
    "add_member",
    "add_place",
    "add_team",
    "brand_named",
    "change_member",
    "choose_hours",
    "choose_team",
    "deactivate_member",
    "facts_of",
    "give_role",
    "hand_over_link",
    "invite_member",
    "invited_by",
    "note",
    "offer_calls",
    "place_named",
    "promise_answers",
    "put_in_team",
    "reactivate_member",
    "reopen_within",
    "set_hours",
    "set_password",
    "update_brand",
    "update_place",
    "update_team",
    "withdraw_role",
]
