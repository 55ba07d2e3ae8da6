"""Writes about the hooks of mail providers: opened with a new secret address, closed, their secrets sealed."""

from __future__ import annotations

import json
import secrets as random_source
from dataclasses import asdict

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.house_mark import is_demo
from egards.core.sealing import seal, unseal
from egards.touchpoints.hook_providers import HOOK_PROVIDERS, HookSecrets
from egards.touchpoints.models import Hook, Touchpoint

_PURPOSE = "mail hooks"


class HookError(Exception):
    """A hook that cannot be opened, in a sentence."""


class KeyMissing(HookError):
    """A provider that signs, whose key was not typed."""


def open_hook(*, touchpoint: Touchpoint, provider: str, signing_key: str = "", by: Member | None) -> str:
    """Let a provider post letters here; return the word of its address, said this once. An earlier word is dead.

    Raises ``KeyMissing``: a provider that signs needs its key. Raises ``HookError`` in a demo.
    """
    if is_demo():
        raise HookError(_("This house is a demo: no mail comes in. Make your own with « egards new »."))
    signs = HOOK_PROVIDERS[provider].signs
    if signs and not signing_key:
        raise KeyMissing(_("This provider signs what it posts: type its signing key."))
    kept = HookSecrets(random_source.token_urlsafe(32), signing_key if signs else "")
    sealed = seal(json.dumps(asdict(kept)), purpose=_PURPOSE)
    with transaction.atomic():
        values = {"provider": provider, "sealed": sealed, "opened_at": now()}
        Hook.objects.update_or_create(touchpoint=touchpoint, defaults=values)
        note(by=by, verb="mail hook opened", subject="touchpoint", subject_id=touchpoint.pk)
    return kept.word


@transaction.atomic
def close_hook(*, touchpoint: Touchpoint, by: Member | None) -> None:
    """Take nothing more from its provider; closed twice, it is closed."""
    gone, _each = Hook.objects.filter(touchpoint=touchpoint).delete()
    if gone:
        note(by=by, verb="mail hook closed", subject="touchpoint", subject_id=touchpoint.pk)


def hook_secrets(hook: Hook) -> HookSecrets | None:
    """Return its secrets; None when the house was restored without its key. Never shown, never logged."""
    try:
        return HookSecrets(**json.loads(unseal(bytes(hook.sealed), purpose=_PURPOSE)))
    except InvalidToken:
        return None
