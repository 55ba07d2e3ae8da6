"""Whose hours count: those of the promise, else of the team, else of the brand, else Monday to Friday, 9 h to 18 h."""

from __future__ import annotations

from egards.accounts.models import Brand, Hours, Team
from egards.conversations.models import Promise
from egards.core.working_hours import Calendar


def calendar_of(promise: Promise) -> Calendar:
    """Return the calendar that a promise is counted in."""
    conversation = promise.conversation
    return promise.hours.calendar() if promise.hours else working_calendar(conversation.brand, conversation.team)


def working_calendar(brand: Brand, team: Team | None = None) -> Calendar:
    """Return when a team of a brand works."""
    hours = (team.hours if team else None) or brand.hours
    return (hours or Hours()).calendar()
