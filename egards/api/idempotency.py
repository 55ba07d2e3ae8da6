"""Idempotency-Key, as Stripe does it: the first answer is kept 48 hours and given again, even when it was an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from egards.api.auth import ApiRequest
from egards.api.models import GivenAnswer
from egards.api.problems import Answer, Problem, failed
from egards.core.clock import now
from egards.core.crypto import keyed_hash

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT_FOR = timedelta(hours=48)


def once(request: ApiRequest, operate: Callable[[str], Answer]) -> HttpResponse:
    """Run ``operate`` (given the Idempotency-Key, or "") in a transaction, once per key; return the answer.

    What was refused before (no key, wrong shape, too often) is not kept: it may be sent again, corrected. Nothing is
    kept either when the database is away, or when the process dies half-way: the transaction takes all back.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with transaction.atomic():
            answer = operate("")
        return answer.response()
    if not key or len(key) > LONGEST:
        raise Problem(400, "idempotency_key", _("The Idempotency-Key has 1 to 255 characters."))
    with transaction.atomic():
        return _once(request, key, operate)


def forget_old_answers() -> int:
    """Forget the answers kept long enough; return how many."""
    return GivenAnswer.objects.filter(at__lt=now() - KEPT_FOR).delete()[0]


def _once(request: ApiRequest, key: str, operate: Callable[[str], Answer]) -> HttpResponse:
    digest = keyed_hash("idempotency", str(request.api_key.pk), key)
    asked = keyed_hash("idempotency request", request.method or "", request.get_full_path(), request.body)
    if not _lock(digest):
        sentence = _("A request with this Idempotency-Key is under way. Try again in a moment.")
        raise Problem(409, "under_way", sentence, headers={"Retry-After": "1"})
    given = GivenAnswer.objects.filter(api_key=request.api_key, key_digest=digest).first()
    if given is None:
        answer = _operate(key, operate)
        GivenAnswer.objects.create(
            api_key=request.api_key, key_digest=digest, request_digest=asked,
            status=answer.status, body=answer.body, content_type=answer.content_type,
        )  # fmt: skip
        return answer.response()
    if bytes(given.request_digest) != asked:
        sentence = _("This Idempotency-Key has already been used for another request.")
        raise Problem(422, "key_reused", sentence)
    return Answer(given.status, given.body, given.content_type, {"Idempotent-Replayed": "true"}).response()


def _operate(key: str, operate: Callable[[str], Answer]) -> Answer:
    """Run the operation apart, so that what it wrote before an error is taken back and the error is kept."""
    try:
        with transaction.atomic():
            return operate(key)
    except (OperationalError, InterfaceError):
        raise
    except Problem as problem:
        return problem.answer()
    except Exception as error:
        return failed(error).answer()


def _lock(digest: bytes) -> bool:
    """Hold the key until the end of the transaction; False when another request holds it."""
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (is_ours,) = cursor.fetchone()
    return bool(is_ours)
