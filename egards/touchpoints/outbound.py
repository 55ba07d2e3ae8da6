"""What a kind is given to send, and what it answers: plain values, no Django, no database."""

from __future__ import annotations

from dataclasses import dataclass

from egards.touchpoints.inbound import Address, Attachment


@dataclass(frozen=True, slots=True)
class Outbound:
    """One word of ours, ready to leave.

    ``message_id`` is the same at each try, so that who received it twice sees it once. ``reply_token`` brings the
    answer home. ``in_reply_to`` and ``references`` are ids as the other side knows them, oldest first, without
    brackets. An attachment whose ``content_id`` stands in ``html`` (``cid:``) is shown there. ``is_automatic`` says
    that the house wrote it by itself: other programs must not answer it.
    """

    to: Address
    from_name: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    reply_token: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said when it took the word: its own id, if any, and its answer."""

    provider_id: str = ""
    said: str = ""


class SendFailed(Exception):
    """A word that did not leave; ``reason`` is a French sentence without a personal word.

    ``permanent``: trying again is useless. ``is_ours``: our own settings are at fault (a password, a relay that does
    not know us), so that the word must wait for a person, not be given up. ``is_uncertain``: the line broke after
    everything was said: it may have left. ``is_token_refused``: the token that should have opened the relay did not,
    and a new one may.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        is_ours: bool = False,
        is_uncertain: bool = False,
        is_token_refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.is_ours = is_ours
        self.is_uncertain = is_uncertain
        self.is_token_refused = is_token_refused
