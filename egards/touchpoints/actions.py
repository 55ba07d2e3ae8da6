"""Writes about touchpoints: opened, told how to send, and their address proved by a letter to itself."""

from __future__ import annotations

import hmac
import json
import secrets as random_source
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Brand, Member, Place
from egards.core.clock import now
from egards.core.crypto import keyed_hash
from egards.core.house_mark import is_demo
from egards.core.sealing import seal, unseal
from egards.touchpoints.grants import drop_unused_grant, sending_token
from egards.touchpoints.inbound import Address
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.outbound import Outbound, Receipt, SendFailed
from egards.touchpoints.registry import kind_named

CODE_LIVES = timedelta(minutes=30)
CODE_TRIES = 5
#: Between two letters of proof, so that nobody's mailbox is flooded from here.
CODE_REST = timedelta(seconds=30)
#: What, once changed, must be proved again.
_PROVED_WITH = ("address", "host", "port", "security", "username")
_PURPOSE = "touchpoint secrets"


class SendingError(Exception):
    """Something about sending that cannot be done, in a sentence."""


@transaction.atomic
def open_touchpoint(
    *, brand: Brand, kind: str, name: str, place: Place | None = None, settings: dict[str, str] | None = None
) -> Touchpoint:
    """Open a touchpoint. Raises ``UnknownKind`` when no installed kind has that name."""
    kind_named(kind)
    _hold(brand)
    slug = _free_slug(f"{brand.slug}-{slugify(name) or kind}")
    return Touchpoint.objects.create(brand=brand, kind=kind, name=name, place=place, slug=slug, settings=settings or {})


def touchpoint_of_kind(*, brand: Brand, kind: str, name: str) -> Touchpoint:
    """Return the brand's first touchpoint of a kind, opened under ``name`` if there is none.

    Two that ask at the same moment are given the same one.
    """
    of_kind = Touchpoint.objects.filter(brand=brand, kind=kind).order_by("id")
    if found := of_kind.first():
        return found
    with transaction.atomic():
        _hold(brand)
        return of_kind.first() or open_touchpoint(brand=brand, kind=kind, name=name)


def _hold(brand: Brand) -> None:
    """Let nobody else open a touchpoint of this brand until the commit; whatever names the brand goes on."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)


@transaction.atomic
def configure_sending(
    *, touchpoint: Touchpoint, settings: Mapping[str, Any], secrets: Mapping[str, str], by: Member | None = None
) -> Touchpoint:
    """Say how a touchpoint sends. A changed address or relay must be proved again; an empty secret stays as it was,
    for the same relay and name: nobody else is told it.

    Raises ``SendingError``, also for an address that takes no answer.
    """
    kind = touchpoint.behaviour()
    problem = kind.sending_problem(settings)
    if problem:
        raise SendingError(problem)
    touchpoint = Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
    known = touchpoint.settings
    if any(known.get(name) != settings.get(name) for name in _PROVED_WITH):
        _unprove(touchpoint)
    touchpoint.settings = known | {k: v for k, v in settings.items() if k not in kind.secret_fields}
    is_same = all(known.get(name) == settings.get(name, known.get(name)) for name in ("host", "username"))
    kept = secrets_of(touchpoint) if is_same else {}
    kept |= {k: v for k, v in secrets.items() if v and k in kind.secret_fields}
    touchpoint.secrets = seal(json.dumps(kept), purpose=_PURPOSE) if kept else None
    touchpoint.save(
        update_fields=["settings", "secrets", "proved_at", "proved_address", "proof_digest", "proof_sent_at"]
    )
    drop_unused_grant(touchpoint)
    note(by=by, verb="sending configured", subject="touchpoint", subject_id=touchpoint.pk)
    return touchpoint


def begin_proof(*, touchpoint: Touchpoint, by: Member | None) -> None:
    """Send a code to the touchpoint's own address, the way customers' letters will go. Raises ``SendingError``.

    Not in one transaction: the code is known before the letter leaves, whoever reads it first.
    """
    _check_not_demo()
    at = now()
    if touchpoint.proof_sent_at and at - touchpoint.proof_sent_at < CODE_REST:
        raise SendingError(_("A code has just left. Wait half a minute before asking for another."))
    kind = touchpoint.behaviour()
    if problem := kind.sending_problem(touchpoint.settings):
        raise SendingError(problem)
    code = f"{random_source.randbelow(1_000_000):06}"
    touchpoint.proof_digest, touchpoint.proof_sent_at, touchpoint.proof_tries = _digest(touchpoint, code), at, 0
    touchpoint.save(update_fields=["proof_digest", "proof_sent_at", "proof_tries"])
    try:
        send_word(touchpoint=touchpoint, outbound=_proof_letter(touchpoint, code))
    except SendFailed as failure:
        touchpoint.proof_digest = touchpoint.proof_sent_at = None
        touchpoint.save(update_fields=["proof_digest", "proof_sent_at"])
        raise SendingError(failure.reason) from failure
    note(by=by, verb="sending proof begun", subject="touchpoint", subject_id=touchpoint.pk)


def finish_proof(*, touchpoint: Touchpoint, code: str, by: Member | None) -> Touchpoint:
    """Take the code back: the address is ours and is read. Raises ``SendingError``; each wrong code counts."""
    _check_not_demo()
    with transaction.atomic():
        touchpoint = Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
        problem = _check_code(touchpoint, "".join(code.split()))
        if not problem:
            touchpoint.proved_at, touchpoint.proved_address = now(), touchpoint.settings["address"]
            touchpoint.proof_digest = None
            note(by=by, verb="sending proved", subject="touchpoint", subject_id=touchpoint.pk)
        touchpoint.save(update_fields=["proved_at", "proved_address", "proof_digest", "proof_tries"])
    if problem:
        raise SendingError(problem)
    return touchpoint


def finish_proof_by_reading(*, touchpoint: Touchpoint, heads: Iterable[bytes]) -> bool:
    """Say whether one of these letters' headers is the letter we wrote to ourselves; then the address is proved.

    Its Message-ID holds a keyed hash of the code: who could write it has read the letter.
    """
    sent_at = touchpoint.proof_sent_at
    if touchpoint.proof_digest is None or sent_at is None or now() - sent_at > CODE_LIVES:
        return False
    name = _proof_id(bytes(touchpoint.proof_digest)).hex.encode()
    if not any(name in head for head in heads):
        return False
    with transaction.atomic():
        found = Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
        if found.proof_digest is None or bytes(found.proof_digest) != bytes(touchpoint.proof_digest) or is_demo():
            return False
        found.proved_at, found.proved_address, found.proof_digest = now(), found.settings["address"], None
        found.save(update_fields=["proved_at", "proved_address", "proof_digest"])
        note(by=None, verb="sending proved", subject="touchpoint", subject_id=found.pk)
    return True


def send_word(*, touchpoint: Touchpoint, outbound: Outbound) -> Receipt:
    """Let one word leave from a touchpoint, whatever its provider asks to be let in. Raises ``SendFailed``.

    A token that the relay does not take is renewed, once: it may have died before its time.
    """
    kind, secrets = touchpoint.behaviour(), secrets_of(touchpoint)
    token = sending_token(touchpoint)
    if not token:
        return kind.send(outbound, touchpoint.settings, secrets)
    try:
        return kind.send(outbound, touchpoint.settings, secrets | {"token": token})
    except SendFailed as failure:
        if not failure.is_token_refused:
            raise
    renewed = sending_token(touchpoint, refused=token)
    return kind.send(outbound, touchpoint.settings, secrets | {"token": renewed})


def secrets_of(touchpoint: Touchpoint) -> dict[str, str]:
    """Return what the kind needs to sign in at its provider. Never shown, never logged."""
    if touchpoint.secrets is None:
        return {}
    try:
        opened: dict[str, str] = json.loads(unseal(bytes(touchpoint.secrets), purpose=_PURPOSE))
    except InvalidToken:  # restored without the house key: it must be typed again
        return {}
    return opened


def _check_not_demo() -> None:
    """Nobody is real in a demo: its letters must never reach anybody. The base refuses too (migration 0003)."""
    if is_demo():
        raise SendingError(
            _("This house is a demo: nothing leaves it. Make your own with « egards new », then prove its address.")
        )


def _free_slug(wanted: str) -> str:
    base = wanted[:76]
    taken = set(Touchpoint.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)


def _unprove(touchpoint: Touchpoint) -> None:
    touchpoint.proved_at = touchpoint.proof_digest = touchpoint.proof_sent_at = None
    touchpoint.proved_address = ""


def _check_code(touchpoint: Touchpoint, code: str) -> str:
    """Count this try; return what is wrong, in a sentence, or nothing."""
    sent_at = touchpoint.proof_sent_at
    if touchpoint.proof_digest is None or sent_at is None:
        return _("No code is awaited. Ask for one first.")
    if now() - sent_at > CODE_LIVES:
        return _("This code is more than half an hour old. Ask for another.")
    if touchpoint.proof_tries >= CODE_TRIES:
        return _("Five wrong codes. Ask for another.")
    if hmac.compare_digest(bytes(touchpoint.proof_digest), _digest(touchpoint, code)):
        return ""
    touchpoint.proof_tries += 1
    return _("This is not the code that we sent.")


def _digest(touchpoint: Touchpoint, code: str) -> bytes:
    return keyed_hash("sending proof", touchpoint.pk.bytes, str(touchpoint.settings.get("address", "")), code)


def _proof_id(digest: bytes) -> UUID:
    return UUID(bytes=keyed_hash("sending proof letter", digest)[:16])


def _proof_letter(touchpoint: Touchpoint, code: str) -> Outbound:
    address = str(touchpoint.settings["address"])
    text = _(
        "Hello,\n\nSomebody who keeps %(brand)s in Égards says that this address writes to customers.\n\n"
        "The code: %(code)s\n\nIt serves for half an hour, on the page that asked for it. Until then nothing leaves"
        " for customers.\n\nIf you know nothing of this, do nothing: without the code nothing will leave."
    )
    return Outbound(
        to=Address("email", address),
        from_name=str(touchpoint.settings.get("sender_name") or touchpoint.brand.name),
        subject=_("%(code)s is the code of this address") % {"code": code},
        text=text % {"brand": touchpoint.brand.name, "code": code},
        message_id=touchpoint.behaviour().message_id(_proof_id(_digest(touchpoint, code)), "", touchpoint.settings),
        is_automatic=True,
    )
