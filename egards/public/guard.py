"""Against floods: a form is taken as it comes until too many come, or one that looks like a program's.

Nothing is thrown away. A doubtful post comes back filled, with two ways through: a small computation that the browser
does alone (ALTCHA), or, without JavaScript, twenty seconds of patience. Both serve one form, once.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta

from altcha import create_challenge, verify_solution
from django.http import HttpRequest

from egards.core.clock import now
from egards.core.crypto import house_key, keyed_hash
from egards.public.form_tokens import FormToken, form_token, read_form_token
from egards.public.models import Post

WINDOW = timedelta(minutes=10)
#: Beyond these within the window, a proof is asked: of everybody, of one visitor.
MOST_OF_HOUSE = 60
MOST_OF_VISITOR = 6
#: Beyond these within an hour, the same for an address typed: nobody's mailbox is filled from here.
MOST_OF_ADDRESS = 3
ADDRESS_WINDOW = timedelta(hours=1)
#: Nobody reads a page and writes on it so fast.
FASTEST = timedelta(seconds=2)
#: The way without JavaScript: this much patience, so often in a window for one visitor.
PATIENCE = timedelta(seconds=20)
MOST_PATIENCES = 3
KEPT_FOR = timedelta(hours=24)
MOST_PAYLOAD = 4096
MOST_POSTED = 60 * 1000 * 1000

_ALGORITHM = "PBKDF2/SHA-256"
_COST = 1_000
#: One byte of zeros: about 256 derivations, a second on a phone.
_PREFIX = "00"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a doubtful post is asked: ``altcha`` for the widget (JSON), ``wait`` for those without JavaScript."""

    altcha: str
    wait: str
    seconds: int = int(PATIENCE.total_seconds())


def is_doubtful(request: HttpRequest, token: FormToken, *, reach: str = "") -> bool:
    """Say whether a post needs a proof: the trap was filled, too fast, from another site, or too many of late.

    ``reach`` is the address typed: each form with one is acknowledged there.
    """
    if request.POST.get("site") or token.age(now()) < FASTEST or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    if reach and _posts_about(reach) >= MOST_OF_ADDRESS:
        return True
    recent = Post.objects.filter(page=Post.Page.CONTACT, at__gt=now() - WINDOW)
    return recent.filter(who=visitor(request)).count() >= MOST_OF_VISITOR or recent.count() >= MOST_OF_HOUSE


def has_proof(request: HttpRequest, token: FormToken) -> bool:
    """Say whether a post carries a proof for its own form that has not served yet."""
    if Post.objects.filter(form=_form(token)).exists():
        return False
    return _is_solved(request.POST.get("altcha", ""), token) or _has_waited(request, token)


def challenge(token: FormToken) -> Challenge:
    """Return what to ask for a form."""
    asked = create_challenge(
        _ALGORITHM, _COST, key_prefix=_PREFIX, expires_at=now() + timedelta(hours=1),
        data={"form": token.nonce}, hmac_secret=house_key("altcha"),
    )  # fmt: skip
    return Challenge(json.dumps(asked.to_dict()), form_token("wait", at=now(), nonce=token.nonce))


def is_too_heavy(request: HttpRequest) -> bool:
    """Say whether a post is far beyond what our forms take: it is not read at all, so that no disk is filled."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_POSTED


def note_post(request: HttpRequest, page: Post.Page, token: FormToken | None = None, *, reach: str = "") -> None:
    """Count a post, and forget those of yesterday."""
    Post.objects.filter(at__lt=now() - KEPT_FOR).delete()
    Post.objects.create(page=page, who=visitor(request), form=_form(token), reach=_mark("reach", reach))


def posts_of(request: HttpRequest, page: Post.Page) -> int:
    """Return how many forms of that page this visitor has sent of late."""
    return Post.objects.filter(page=page, who=visitor(request), at__gt=now() - WINDOW).count()


def visitor(request: HttpRequest) -> bytes:
    """Return the mark of a visitor for today: a keyed hash of their address, whose key changes at midnight (UTC)."""
    return _mark("visitor", request.META.get("REMOTE_ADDR", ""))


def _posts_about(reach: str) -> int:
    since = now() - ADDRESS_WINDOW
    return Post.objects.filter(page=Post.Page.CONTACT, at__gt=since, reach=_mark("reach", reach)).count()


def _mark(what: str, value: str) -> bytes:
    plain = "".join(value.split()).casefold()
    return keyed_hash(f"{what} {now():%Y-%m-%d}", plain)[:16] if plain else b""


def _form(token: FormToken | None) -> bytes:
    return keyed_hash("form nonce", token.nonce)[:16] if token else b""


def _has_waited(request: HttpRequest, token: FormToken) -> bool:
    """Patience costs a program nothing but time: it is counted apart, and runs out."""
    waited = read_form_token("wait", request.POST.get("wait", ""), at=now())
    if waited is None or waited.nonce != token.nonce or waited.age(now()) < PATIENCE:
        return False
    if posts_of(request, Post.Page.PATIENCE) >= MOST_PATIENCES:
        return False
    note_post(request, Post.Page.PATIENCE)
    return True


def _is_solved(payload: str, token: FormToken) -> bool:
    if not payload or len(payload) > MOST_PAYLOAD:
        return False
    try:
        said = json.loads(base64.b64decode(payload))["challenge"]["parameters"]["data"]["form"]
        is_verified = verify_solution(payload, house_key("altcha")).verified
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return is_verified and said == token.nonce
