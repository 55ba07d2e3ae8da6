"""Reading a mailbox so that nothing is lost: bytes are committed by the door before the cursor moves past them.

Killed in between, the same messages come again and are known by their transport key. What new ids do not tell (a
server that renumbers, a message that appears late, one that was set aside) the comparison of the whole list does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from egards import jobnames
from egards.core.clock import now
from egards.core.crypto import keyed_hash
from egards.core.jobs import ask_for
from egards.interactions.doors import Delivery, receive, refuse
from egards.interactions.models import LIVE_FOR, Arrival, Mode
from egards.touchpoints.actions import finish_proof_by_reading
from egards.touchpoints.boxes import IMAP, Box, BoxRefused, Listed
from egards.touchpoints.boxes.box import BoxBroken
from egards.touchpoints.mailboxes import note_read
from egards.touchpoints.models import Cursor, Mailbox, Touchpoint

log = logging.getLogger("egards.mailboxes")

#: Messages asked for together, at most, and how many bytes they may have together.
TOGETHER = 200
TOGETHER_BYTES = 16 * 1024 * 1024
#: A line that broke so often before the same message: ask for them one by one; then set it aside and go on.
ONE_BY_ONE_AFTER = 3
ASIDE_AFTER = 6
#: Two clocks, ours and the server's, may differ by as much when a mailbox is connected.
CLOCKS = timedelta(minutes=10)
#: How often the whole list is compared; sooner while something is set aside.
COMPARED_EVERY = timedelta(hours=1)
ASIDE_AGAIN_AFTER = timedelta(minutes=5)
_KEYS_AT_ONCE = 5000
_HEAD_BYTES = 64 * 1024


def read_mailbox(*, mailbox: Mailbox, box: Box, is_over: Callable[[], bool] = lambda: False) -> int:
    """Take what is new in an open box, compare when it is due; return how many messages were taken.

    Raises ``BoxRefused`` or ``BoxBroken``; what was taken until then is safe.
    """
    cursor = _cursor(mailbox, box)
    taken = 0
    if box.takes_order:
        taken = _take(mailbox, box, cursor, box.listed(after=cursor.last), is_over)
    if not box.takes_order or _is_due(mailbox, cursor):
        taken += compare_mailbox(mailbox=mailbox, box=box, is_over=is_over)
    if not is_over():
        note_read(mailbox=mailbox)
    return taken


def compare_mailbox(*, mailbox: Mailbox, box: Box, is_over: Callable[[], bool] = lambda: False) -> int:
    """Compare all that is on the server with what came in, take what is not here; return how many were taken."""
    began = now()
    cursor = _cursor(mailbox, box)
    there = box.listed()
    here = _known(mailbox, cursor, there)
    refused = set(cursor.left.filter(is_refused=True).values_list("message", flat=True))
    aside = _wait_no_more(cursor, there)
    absent = [one for one in there if one.id not in here and one.id not in refused]
    taken = _take(mailbox, box, cursor, [one for one in absent if one.id not in aside], is_over)
    same = Mailbox.objects.filter(pk=mailbox.pk, changed_at=mailbox.changed_at)
    try:
        taken += _take(mailbox, box, cursor, [one for one in absent if one.id in aside], is_over)
    except BoxBroken:  # asked for again when it is due, not at each look: other mail does not wait for it
        same.update(compared_at=began)
        raise
    if mailbox.put_away and here:
        box.put_away([one for one in there if one.id in here])
        there = box.listed()
    if is_over():
        return taken
    refused = set(cursor.left.filter(is_refused=True).values_list("message", flat=True))
    here = _known(mailbox, cursor, there)
    not_here = sum(1 for one in there if one.id not in here and one.id not in refused)
    same.update(compared_at=began, on_server=len(there), not_here=not_here)
    mailbox.compared_at = began
    return taken


def _wait_no_more(cursor: Cursor, there: Sequence[Listed]) -> set[str]:
    """Return what is set aside, less what is gone from the server and will never come. A refusal stays: it counts."""
    aside = set(cursor.left.filter(is_refused=False).values_list("message", flat=True))
    gone = aside - {one.id for one in there}
    if gone:
        cursor.left.filter(is_refused=False, message__in=gone).delete()
    return aside - gone


def _cursor(mailbox: Mailbox, box: Box) -> Cursor:
    """Return how far this folder was read; from the start when its ids changed their meaning."""
    place = json.dumps([mailbox.protocol, mailbox.host, mailbox.username, _folder(mailbox)])[:800]
    cursor, _made = Cursor.objects.get_or_create(mailbox=mailbox, place=place, defaults={"generation": box.generation})
    if cursor.generation != box.generation:
        log.warning("mailbox %s: the server renumbered its messages, all are read again", mailbox.pk)
        with transaction.atomic():
            cursor.left.all().delete()
            cursor.generation, cursor.last = box.generation, 0
            cursor.stuck_at = cursor.stuck_times = cursor.alone_until = 0
            cursor.save(update_fields=["generation", "last", "stuck_at", "stuck_times", "alone_until"])
    return cursor


def _is_due(mailbox: Mailbox, cursor: Cursor) -> bool:
    """Whether the list is to be compared: never yet, an hour ago, when asked for, sooner when something is aside."""
    last = mailbox.compared_at
    if last is None or (mailbox.asked_at is not None and mailbox.asked_at > last):
        return True
    waits = ASIDE_AGAIN_AFTER if cursor.left.filter(is_refused=False).exists() else COMPARED_EVERY
    return now() - last >= waits


def _take(mailbox: Mailbox, box: Box, cursor: Cursor, listed: Sequence[Listed], is_over: Callable[[], bool]) -> int:
    """Take messages, in order, group by group. What the server does not give is set aside; nothing stops the rest."""
    touchpoint = Touchpoint.objects.select_related("brand").get(pk=mailbox.touchpoint_id)
    most = touchpoint.behaviour().max_bytes
    taken = 0
    for group in _groups(listed, most=most, cursor=cursor):
        if is_over():
            break
        got: list[Listed] = []
        if group[0].size > most:
            _leave(touchpoint, cursor, group[0], _("Larger than what is taken here."), is_refused=True)
        elif _is_stuck(cursor, group[0]):
            _leave(touchpoint, cursor, group[0], _("The line breaks each time it is asked for."), is_refused=False)
        else:
            got = _take_group(mailbox, touchpoint, box, cursor, group)
            taken += len(got)
            if mailbox.failures:  # a line that brings something before it breaks is soon tried again
                Mailbox.objects.filter(pk=mailbox.pk).update(failures=0)
                mailbox.failures = 0
        _move_on(cursor, group[-1], in_order=box.takes_order)
        if mailbox.put_away and got:  # last: a server that refuses to move must not hold back what follows
            box.put_away(got)
    if taken:
        ask_for(jobnames.PROCESS_WAITING)
    return taken


def _groups(listed: Sequence[Listed], *, most: int, cursor: Cursor) -> Iterator[list[Listed]]:
    """Cut a list into what is asked for together; alone: what is too large, and all once the line kept breaking."""
    group: list[Listed] = []
    size = 0
    for one in listed:
        alone = one.size > most or one.number <= cursor.alone_until
        if group and (alone or len(group) == TOGETHER or size + one.size > TOGETHER_BYTES):
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
        if alone:
            yield group
            group, size = [], 0
    if group:
        yield group


def _take_group(
    mailbox: Mailbox, touchpoint: Touchpoint, box: Box, cursor: Cursor, group: list[Listed]
) -> list[Listed]:
    """Take some together; return those that are here by now."""
    try:
        raws = _fetch(box, group)
    except BoxBroken:
        _stumble(cursor, group)
        raise
    for mode in Mode:
        some = [one for one in group if one.id in raws and _mode(mailbox, one) == mode]
        if some:
            deliveries = [Delivery(raws[one.id], _key(mailbox, cursor, one)) for one in some]
            receive(touchpoint=touchpoint, deliveries=deliveries, mode=mode)
    _see_proof(mailbox, raws)
    got = [one for one in group if one.id in raws]
    cursor.left.filter(is_refused=False, message__in=[one.id for one in got]).delete()
    for one in group:
        if one.id not in raws:
            _leave(touchpoint, cursor, one, _("The server does not give it."), is_refused=False)
    return got


def _fetch(box: Box, group: Sequence[Listed]) -> dict[str, bytes]:
    """Return bytes by id; when the server refuses them together, each alone."""
    try:
        return box.fetch(group)
    except BoxRefused:
        if len(group) == 1:
            return {}
    return {name: raw for one in group for name, raw in _fetch(box, [one]).items()}


def _leave(touchpoint: Touchpoint, cursor: Cursor, one: Listed, reason: str, *, is_refused: bool) -> None:
    """Write that a message stays there, and count it when that is for good; once, however often we come by."""
    with transaction.atomic():
        row = {"size": one.size, "reason": reason, "is_refused": is_refused}
        _left, is_new = cursor.left.get_or_create(message=one.id, defaults=row)
        if is_new and is_refused:
            refuse(touchpoint=touchpoint)
    if is_new:
        log.warning("mailbox %s: one message of %d bytes stays on the server", touchpoint.pk, one.size)


def _move_on(cursor: Cursor, last: Listed, *, in_order: bool) -> None:
    """What stands up to ``last`` is committed here, or written down as left: never before."""
    if in_order and last.number > cursor.last:
        cursor.last = last.number
        here = Cursor.objects.filter(pk=cursor.pk, generation=cursor.generation)
        here.update(last=Greatest("last", last.number))
    if cursor.stuck_times and cursor.stuck_at <= last.number:
        cursor.stuck_at = cursor.stuck_times = 0
        cursor.alone_until = cursor.alone_until if cursor.alone_until > last.number else 0
        _write_stuck(cursor)


def _stumble(cursor: Cursor, group: Sequence[Listed]) -> None:
    """The line broke while these were on their way."""
    first = group[0].number
    cursor.stuck_times = cursor.stuck_times + 1 if cursor.stuck_at == first else 1
    cursor.stuck_at = first
    if cursor.stuck_times >= ONE_BY_ONE_AFTER:
        cursor.alone_until = max(cursor.alone_until, group[-1].number)
    _write_stuck(cursor)


def _write_stuck(cursor: Cursor) -> None:
    cursor.save(update_fields=["stuck_at", "stuck_times", "alone_until"])


def _is_stuck(cursor: Cursor, first: Listed) -> bool:
    return cursor.stuck_at == first.number and cursor.stuck_times >= ASIDE_AFTER


def _mode(mailbox: Mailbox, one: Listed) -> Mode:
    """What was there before the mailbox was connected is history; so is what the server has had for a week."""
    if one.at is None:
        return Mode.LIVE if mailbox.takes_past or mailbox.read_at is not None else Mode.ARCHIVE
    since = _since(mailbox)
    return Mode.LIVE if one.at >= since else Mode.ARCHIVE


def _since(mailbox: Mailbox) -> datetime:
    week = now() - LIVE_FOR
    return week if mailbox.takes_past else max(week, mailbox.connected_at - CLOCKS)


def _known(mailbox: Mailbox, cursor: Cursor, listed: Sequence[Listed]) -> set[str]:
    """Return the ids that have come in, as the door knows them."""
    found: set[str] = set()
    for start in range(0, len(listed), _KEYS_AT_ONCE):
        keys = {keyed_hash("transport", _key(mailbox, cursor, o)): o.id for o in listed[start : start + _KEYS_AT_ONCE]}
        rows = Arrival.objects.filter(touchpoint_id=mailbox.touchpoint_id, transport_key__in=list(keys))
        found |= {keys[bytes(key)] for key in rows.values_list("transport_key", flat=True)}
    return found


def _key(mailbox: Mailbox, cursor: Cursor, one: Listed) -> str:
    """How a message on a server is known for ever: where it stands, and its id in its generation."""
    where = [mailbox.protocol, mailbox.host, mailbox.username, _folder(mailbox), cursor.generation, one.id]
    return json.dumps(where)


def _folder(mailbox: Mailbox) -> str:
    return mailbox.folder if mailbox.protocol == IMAP else ""


def _see_proof(mailbox: Mailbox, raws: dict[str, bytes]) -> None:
    """The letter that we wrote to ourselves has come all the way round: the address is read here."""
    touchpoint = Touchpoint.objects.get(pk=mailbox.touchpoint_id)
    if finish_proof_by_reading(touchpoint=touchpoint, heads=(raw[:_HEAD_BYTES] for raw in raws.values())):
        Mailbox.objects.filter(pk=mailbox.pk).update(came_back_at=now())
