"""Jobs of conversations: each calls one function, may run twice, takes ids."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from egards import jobnames
from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.actions.delivering import failed, left, withdrawn
from egards.conversations.actions.leaving import leave, leave_due
from egards.conversations.actions.promises import settle_due
from egards.conversations.actions.states import wake_due
from egards.core.jobs import RETRY


@app.task(name=jobnames.LEAVE_DRAFT)
def leave_draft(draft_id: str) -> None:
    """Let one answer leave, its ten seconds over. The clock catches what this job may lose."""
    leave(draft_id=UUID(draft_id))


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.MIND_THE_CLOCK, queueing_lock=jobnames.MIND_THE_CLOCK)
def mind_the_clock(timestamp: int = 0) -> None:
    """Every minute: answers that should have left, promises whose time is over, conversations to wake."""
    leave_due()
    settle_due()
    wake_due()


@app.task(name=jobnames.ACKNOWLEDGE, retry=RETRY)
def acknowledge_opened(kind: str, refs: list[str]) -> None:
    """Tell the customers of new conversations that they were heard."""
    for ref in refs:
        acknowledge(conversation_id=UUID(ref))


@app.task(name=jobnames.TELL_LEFT, retry=RETRY)
def tell_left(kind: str, refs: list[str]) -> None:
    """Tell conversations that letters have left: what they answer is answered."""
    for ref in refs:
        left(interaction_id=UUID(ref))


@app.task(name=jobnames.TELL_WITHDRAWN, retry=RETRY)
def tell_withdrawn(kind: str, refs: list[str]) -> None:
    """Tell conversations that letters will not be sent: what they were to answer is to be answered."""
    for ref in refs:
        withdrawn(interaction_id=UUID(ref))


@app.task(name=jobnames.TELL_FAILED, retry=RETRY)
def tell_failed(kind: str, refs: list[str]) -> None:
    """Bring letters that could not be delivered back to the conversation, as something to do."""
    for ref in refs:
        failed(interaction_id=UUID(ref))
