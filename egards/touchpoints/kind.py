"""A kind of touchpoint is one file in ``kinds/``: it verifies, translates, and sends; it decides nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from egards.touchpoints.inbound import Inbound, Meta, Refused

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
    ``max_bytes`` is the largest delivery taken at the door.
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "message-circle"
    word_id_is_unique: ClassVar[bool] = True
    takes_webhooks: ClassVar[bool] = False
    max_bytes: ClassVar[int] = 30 * 1024 * 1024
    settings_form: ClassVar[type[forms.Form]] = forms.Form

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
