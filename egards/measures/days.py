"""Days as the house lives them: from midnight to midnight in its own time zone, 23 to 25 hours long."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def day_of(at: datetime) -> date:
    """Return the house's day of a moment."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def begins_at(day: date) -> datetime:
    """Return the first moment of a day."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def ends_at(day: date) -> datetime:
    """Return the first moment after a day."""
    return begins_at(day + timedelta(days=1))
