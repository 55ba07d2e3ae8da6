"""Mail: messages read from files (.eml, Maildir, mbox). Mailboxes and the mail door come with their own issue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from egards.touchpoints.inbound import Inbound, Meta
from egards.touchpoints.kind import Kind
from egards.touchpoints.mime import parse_mail


class Mail(Kind):
    """A Message-ID is only a claim: author, date and body enter the key too."""

    kind = "mail"
    label = _("E-mail")
    icon = "mail"
    word_id_is_unique = False

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one message."""
        return [parse_mail(raw, meta)]
