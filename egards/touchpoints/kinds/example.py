"""Copy this file to bring a new kind of touchpoint: a button on a wall that posts how the visit went.

What a kind does: check who speaks (``verify``), say how a delivery is known (``delivery_id``), translate bytes into
words (``parse``). It decides nothing and stores nothing: the bytes are already safe when ``parse`` is called.
Put real payloads in ``touchpoints/tests/payloads/<kind>/``, one of them ugly.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.touchpoints.inbound import Address, Inbound, Meta, Party, Proof, Refused, Unreadable
from egards.touchpoints.kind import Envelope, Kind


class ExampleSettings(forms.Form):
    """What an administrator types when they open such a touchpoint."""

    secret = forms.CharField(label=_("Secret shared with the button"), min_length=32)


class Example(Kind):
    """A wall button: 1 to 5, a comment, perhaps a loyalty number."""

    kind = "example"
    label = _("Wall button (example)")
    icon = "bolt"
    takes_webhooks = True
    #: A press on a wall is a word to read; whoever pressed has gone, and left nothing to answer them by.
    opens_conversations = False
    max_bytes = 64 * 1024
    settings_form = ExampleSettings

    def verify(self, envelope: Envelope) -> None:
        """Refuse what is not signed with our secret. Without a secret, everything is refused."""
        secret = envelope.settings.get("secret", "")
        expected = hmac.new(secret.encode(), envelope.body, hashlib.sha256).hexdigest()
        # Compared as bytes: compare_digest raises on a text that is not ASCII.
        given = envelope.headers.get("x-button-signature", "")
        if not secret or not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
            raise Refused(gettext("The signature is missing or wrong."), permanent=True)

    def delivery_id(self, envelope: Envelope) -> str:
        """The button numbers its deliveries: the same number again is the same delivery."""
        return envelope.headers.get("x-button-delivery", "")

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one press. ``Unreadable`` carries a sentence for the person who looks at the quarantine."""
        try:
            press = json.loads(raw)
            score, at = float(press["score"]), datetime.fromtimestamp(press["at"], UTC)
        except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
            raise Unreadable(f"Ce message du bouton n’est pas lisible ({type(error).__name__}).") from error
        card = str(press.get("card") or "")
        author = (Party("author", Address("loyalty", card), Proof.CLAIMED),) if card else ()
        return [
            Inbound(
                word_id=str(press.get("id") or ""),
                text=str(press.get("comment") or ""),
                happened_at=at,
                parties=author,
                score=score,
                scale=(1.0, 5.0),
            )
        ]
