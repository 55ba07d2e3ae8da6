"""What calls one member's attention, on the page."""

from __future__ import annotations

from django.db import models

from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.ids import new_id


class Notice(models.Model):
    """A member is wanted somewhere: named in a note, given a conversation. Ids and codes only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, help_text="mentioned, assigned, send_failed, promise_broken…")
    ref = models.UUIDField(help_text="The conversation.")
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "ref"], condition=models.Q(read_at=None), name="notice_unread_once"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-at"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["ref"], name="notice_ref"),
        ]
