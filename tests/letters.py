"""Letters in tests: those that are due leave by a relay that is only said to be there, and their conversations hear."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from egards import jobnames
from egards.intake.follow_up import follow_up
from egards.interactions.sending import send_due
from egards.touchpoints.outbound import Receipt, SendFailed

_TOLD = (jobnames.TELL_LEFT, jobnames.TELL_FAILED, jobnames.TELL_WITHDRAWN)


def letters_leave(*, refused: SendFailed | None = None) -> Counter[str]:
    """Let the letters that are due leave, and tell their conversations; return how many ended in each state.

    The relay takes everything, or answers each letter with ``refused``. Those of unproved mailboxes are held, as ever.
    """
    with patch("egards.touchpoints.kinds.mail.hand_over", return_value=Receipt(), side_effect=refused):
        became = send_due()
    tell_conversations()
    return became


def tell_conversations() -> None:
    """Do the jobs that bring letters back to their conversations, as the worker would; all of them again each time."""
    follow_up()
    for job in ProcrastinateJob.objects.filter(task_name__in=_TOLD).order_by("pk"):
        app.tasks[job.task_name](**job.args)
