"""Sending what was put out: one delivery at a time, tried again or given up with a reason, never lost in between.

A delivery is claimed in a transaction of its own (tried once more, not before ten minutes), handed over outside any
transaction, and its end written in another. Killed in between, it is tried again under the same Message-ID: at least
once, and who receives it twice sees it once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egards import jobnames
from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.happenings import happened
from egards.core.jobs import ask_for
from egards.core.live import publish
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Attachment, Content, Delivery, OutgoingLetter
from egards.interactions.nowhere import NOWHERE, leads_nowhere
from egards.interactions.pictures import picture_id
from egards.interactions.reachable import note_unreachable
from egards.touchpoints import inbound
from egards.touchpoints.actions import send_word
from egards.touchpoints.inbound import Address
from egards.touchpoints.outbound import Outbound, Receipt, SendFailed

log = logging.getLogger("egards.outbox")

#: Longer than the longest try: a delivery claimed longer ago was being sent by somebody who died.
LEASE = timedelta(minutes=10)
#: After the first, the second… failure; the last one holds for the rest.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 3 * 60, 12 * 60, 24 * 60))
PATIENCE = timedelta(days=3)
#: What was held back longer than this is out of date: a person writes again.
RELEASED_WITHIN = timedelta(days=7)
REFERENCES = 10
FAILURES_IN_A_ROW = 5

State = Delivery.State


class OutboxError(Exception):
    """Something about a delivery that cannot be done, in a sentence."""


def send_due(limit: int = 500) -> Counter[str]:
    """Send at most ``limit`` deliveries that are due; return how many ended in each state (``waiting``: try later).

    A touchpoint whose relay failed several times in a row rests until the next call: nobody waits for a dead line.
    """
    became: Counter[str] = Counter()
    failures: Counter[UUID] = Counter()
    while became.total() < limit:
        delivery = _claim(resting=[touchpoint for touchpoint, n in failures.items() if n >= FAILURES_IN_A_ROW])
        if delivery is None:
            break
        state = _try(delivery)
        became[state] += 1
        failures[delivery.touchpoint_id] = failures[delivery.touchpoint_id] + 1 if state == State.WAITING else 0
    if became.total() > became[State.WAITING]:
        ask_for(jobnames.PROCESS_WAITING)  # it also tells what happened to those who react
    return became


def hold_reason(delivery: Delivery) -> str:
    """Return why nothing may leave from the delivery's touchpoint, in a sentence; empty when it may."""
    touchpoint = delivery.touchpoint
    if problem := touchpoint.behaviour().sending_problem(touchpoint.settings):
        return problem
    return "" if touchpoint.is_proved else _("The sending address is not proved yet.")


@transaction.atomic
def leave_for_nowhere(*, interaction_id: UUID) -> bool:
    """Write that one letter of a demo has left, now; False when this is no demo, or it waits no more."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("touchpoint__brand")
    delivery = rows.filter(interaction_id=interaction_id, state=State.WAITING).first()
    if delivery is None or not leads_nowhere():
        return False
    _note_success(delivery, NOWHERE)
    return True


@transaction.atomic
def release(*, delivery: Delivery, by: Member) -> Delivery:
    """Let a held delivery leave now. Raises ``OutboxError`` when its address is not proved, or it is out of date."""
    delivery = _locked(delivery)
    if delivery.state != State.HELD:
        raise OutboxError(_("This message is not held back any more."))
    if reason := hold_reason(delivery):
        raise OutboxError(reason)
    if now() - delivery.made_at > RELEASED_WITHIN:
        raise OutboxError(_("This message is more than seven days old. Write to the customer again instead."))
    delivery.state, delivery.next_at, delivery.error, delivery.tries = State.WAITING, now(), "", 0
    delivery.save(update_fields=["state", "next_at", "error", "tries"])
    note(by=by, verb="delivery released", subject="delivery", subject_id=delivery.pk)
    _tell(delivery)
    transaction.on_commit(partial(ask_for, jobnames.SEND_LETTERS))
    return delivery


@transaction.atomic
def withdraw(*, delivery: Delivery, by: Member) -> Delivery:
    """Never send a delivery that is held back or waits for another try. Raises ``OutboxError`` when it is too late."""
    delivery = _locked(delivery)
    if delivery.state not in (State.HELD, State.WAITING) or _is_leaving(delivery):
        raise OutboxError(_("This message has left, or is leaving."))
    delivery.state, delivery.next_at = State.WITHDRAWN, None
    delivery.save(update_fields=["state", "next_at"])
    note(by=by, verb="delivery withdrawn", subject="delivery", subject_id=delivery.pk)
    happened("delivery withdrawn", [delivery.interaction_id])
    _tell(delivery)
    return delivery


@transaction.atomic
def note_bounce(*, delivery_id: UUID, is_gone: bool = False) -> Delivery | None:
    """Note that a letter that had left was brought back for good; None when it is not ours, or known already.

    ``is_gone`` says that its address does not receive any more. Only who was written to knows the id of a delivery.
    """
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("touchpoint__brand")
    delivery = rows.filter(pk=delivery_id, state=State.SENT).first()
    if delivery is not None:
        _end(delivery, State.FAILED, error=_("It left, and came back: nobody could be reached at this address."))
        if is_gone:
            note_unreachable(delivery=delivery)
    return delivery


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after the n-th failure."""
    return WAITS[min(max(tries, 1), len(WAITS)) - 1]


@transaction.atomic
def _claim(resting: Sequence[UUID] = ()) -> Delivery | None:
    """Take the next due delivery for a while. One claimed before without a written end may have left already."""
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=now()).exclude(touchpoint_id__in=resting)
    found = due.select_related("touchpoint__brand", "handle", "interaction", "cause__arrival__blob")
    delivery = found.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "pk").first()
    if delivery is None:
        return None
    delivery.is_uncertain = delivery.is_uncertain or _is_begun(delivery)
    delivery.tries += 1
    delivery.next_at, delivery.error = now() + LEASE, ""
    touchpoint = delivery.touchpoint
    if not delivery.message_id and not touchpoint.behaviour().sending_problem(touchpoint.settings):
        delivery.message_id = touchpoint.behaviour().message_id(delivery.pk, delivery.reply_token, touchpoint.settings)
    delivery.save(update_fields=["is_uncertain", "tries", "next_at", "error", "message_id"])
    return delivery


def _is_begun(delivery: Delivery) -> bool:
    """A try that was begun and has no end written."""
    return delivery.tries > 0 and not delivery.error


def _is_leaving(delivery: Delivery) -> bool:
    begun = delivery.state == State.WAITING and _is_begun(delivery)
    return begun and delivery.next_at is not None and delivery.next_at > now()


def _try(delivery: Delivery) -> str:
    """Hand one delivery over, outside any transaction, and write what became of it."""
    if leads_nowhere():
        return _note_success(delivery, NOWHERE)
    if reason := hold_reason(delivery):
        return _end(delivery, State.HELD, error=reason)
    if not delivery.handle.value:
        return _end(delivery, State.FAILED, error=_("The address was forgotten: nobody is written to."))
    touchpoint = delivery.touchpoint
    try:
        receipt = send_word(touchpoint=touchpoint, outbound=outbound(delivery))
    except SendFailed as failure:
        return _note_failure(delivery, failure)
    except Exception as error:  # one that cannot be composed must not stop the others; words stay out of the log
        log.error("delivery %s could not be sent: %s", delivery.pk, type(error).__name__)
        return _note_failure(delivery, SendFailed(_("Something broke on our side; it is tried again.")))
    return _note_success(delivery, receipt)


def _note_success(delivery: Delivery, receipt: Receipt) -> str:
    delivery.sent_at, delivery.provider_id = now(), receipt.provider_id[:200]
    return _end(delivery, State.SENT)


def _note_failure(delivery: Delivery, failure: SendFailed) -> str:
    """Ours to mend: held. For good, or too long: failed. Else later, and later each time."""
    delivery.is_uncertain = delivery.is_uncertain or failure.is_uncertain
    if failure.is_ours:
        return _end(delivery, State.HELD, error=failure.reason)
    if failure.permanent:
        return _end(delivery, State.FAILED, error=failure.reason)
    at = now()
    if at >= delivery.made_at + PATIENCE:
        return _end(delivery, State.FAILED, error=_("Given up after three days. %(why)s") % {"why": failure.reason})
    delivery.next_at = min(at + wait_after(delivery.tries), delivery.made_at + PATIENCE)
    return _end(delivery, State.WAITING, error=failure.reason)


@transaction.atomic
def _end(delivery: Delivery, state: State, *, error: str = "") -> str:
    """Write what became of a try, and say so, in one transaction."""
    delivery.state, delivery.error = state, error[:300]
    if state != State.WAITING:
        delivery.next_at = None
        happened(f"delivery {state}", [delivery.interaction_id])
    delivery.save(update_fields=["state", "error", "next_at", "sent_at", "provider_id", "is_uncertain"])
    _tell(delivery)
    return str(state)


def _tell(delivery: Delivery) -> None:
    publish("delivery", touchpoint_id=delivery.touchpoint_id, refs=[delivery.interaction_id])


def _locked(delivery: Delivery) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("touchpoint__brand")
    return rows.get(pk=delivery.pk)


def outbound(delivery: Delivery) -> Outbound:
    """Return what leaves: the letter as it was dressed, its files, and what it answers."""
    content = Content.objects.defer("search").get(pk=delivery.interaction_id)
    letter = OutgoingLetter.objects.filter(pk=delivery.pk).first()
    touchpoint = delivery.touchpoint
    brand = touchpoint.brand.name
    answered, older = _answered(delivery)
    return Outbound(
        to=Address("email", delivery.handle.value),
        from_name=str(touchpoint.settings.get("sender_name") or brand),
        subject=content.subject or _("Your message to %(brand)s") % {"brand": brand},
        text=letter.text if letter else content.text,
        html=letter.html if letter else "",
        message_id=delivery.message_id,
        reply_token=delivery.reply_token,
        in_reply_to=answered,
        references=older,
        attachments=_files(delivery),
        is_automatic=delivery.is_automatic,
    )


def _answered(delivery: Delivery) -> tuple[str, tuple[str, ...]]:
    """The id that this answers and those before it, oldest first: mail programs draw the thread from them."""
    ours: list[str] = []
    if delivery.reply_token:
        before = Delivery.objects.filter(reply_token=delivery.reply_token, state=State.SENT, pk__lt=delivery.pk)
        newest = before.exclude(message_id="").order_by("-pk").values_list("message_id", flat=True)
        ours = list(newest[:REFERENCES])[::-1]
    theirs = _id_of_cause(delivery)
    known = [*ours, theirs] if theirs else ours
    return (known[-1] if known else ""), tuple(dict.fromkeys(known))


def _id_of_cause(delivery: Delivery) -> str:
    cause = delivery.cause
    if cause is None or cause.arrival is None or cause.touchpoint_id != delivery.touchpoint_id:
        return ""
    return delivery.touchpoint.behaviour().id_of(read_bytes(cause.arrival.blob))


def _files(delivery: Delivery) -> tuple[inbound.Attachment, ...]:
    rows = Attachment.objects.filter(interaction_id=delivery.interaction_id).select_related("blob").order_by("pk")
    return tuple(
        inbound.Attachment(row.name, row.content_type, read_bytes(row.blob), picture_id(row.blob_id, row.content_type))
        for row in rows
    )
