"""A kind of touchpoint is one file in ``kinds/``: it verifies, translates, and sends; it decides nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from egards.touchpoints.inbound import Inbound, Meta, Refused
from egards.touchpoints.outbound import Outbound, Receipt, SendFailed

__all__ = ["Envelope", "Kind"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the bytes at the door: enough to check a signature, a sender or a size, not to read."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


class Kind(ABC):
    """Subclass this in ``kinds/<kind>.py`` (or in your own package, entry-point group ``egards.touchpoints``).

    ``word_id_is_unique`` says that ``Inbound.word_id`` is the provider's own unique id. Mail says False: a
    Message-ID is only a claim, so author, date and body enter the key too.
    ``opens_conversations`` says that a live word there calls for an answer; ``acknowledges`` that its author is told
    at once who answers and by when; ``has_page`` that they may read the answer on their follow-up page.
    ``max_bytes`` is the largest delivery taken at the door.
    ``can_send`` says that ``send`` is written; ``sending_form`` then asks for what it needs, and the names in
    ``secret_fields`` are kept sealed, given to ``send`` as ``secrets`` and never shown again.
    ``has_mailbox`` says that what comes in may be read from a mailbox on a server (``touchpoints/mailboxes.py``).
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "message-circle"
    word_id_is_unique: ClassVar[bool] = True
    takes_webhooks: ClassVar[bool] = False
    opens_conversations: ClassVar[bool] = True
    acknowledges: ClassVar[bool] = False
    has_page: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 30 * 1024 * 1024
    settings_form: ClassVar[type[forms.Form]] = forms.Form
    can_send: ClassVar[bool] = False
    sending_form: ClassVar[type[forms.Form]] = forms.Form
    secret_fields: ClassVar[frozenset[str]] = frozenset()
    has_mailbox: ClassVar[bool] = False

    def verify(self, envelope: Envelope) -> None:
        """Raise ``Refused`` when the delivery is not from who it says, or not whole. Never parse the body here.

        A kind that does not say how it knows its sender refuses everybody.
        """
        raise Refused(_("This touchpoint takes nothing from outside."))

    def delivery_id(self, envelope: Envelope) -> str:
        """Return the provider's id of this delivery, if its headers carry one; empty means: known by its bytes."""
        return ""

    @abstractmethod
    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate the bytes. Raise ``Unreadable`` with a French sentence when that cannot be done."""

    def send(self, outbound: Outbound, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Receipt:
        """Send one word of ours. Raise ``SendFailed``, which says whether trying again helps."""
        raise SendFailed(_("Nothing can be sent from this touchpoint."), permanent=True, is_ours=True)

    def sending_problem(self, settings: Mapping[str, Any]) -> str:
        """Return why nothing can leave with these settings, in a sentence; empty when all is said."""
        return _("Nothing can be sent from this touchpoint.")

    def message_id(self, delivery_id: UUID, reply_token: str, settings: Mapping[str, Any]) -> str:
        """Return the id under which the other side will know this delivery: the same at each try."""
        return ""

    def id_of(self, raw: bytes) -> str:
        """Return the id by which an answer of ours refers to a delivery that came in; empty when there is none."""
        return ""
