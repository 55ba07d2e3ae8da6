"""Opening a mailbox by the name of its protocol."""

from __future__ import annotations

from typing import Final

from egards.touchpoints.boxes.box import Box, Login
from egards.touchpoints.boxes.imap import ImapBox
from egards.touchpoints.boxes.pop3 import Pop3Box

IMAP: Final = "imap"
POP3: Final = "pop3"
TIMEOUT_SECONDS = 30.0


def open_box(protocol: str, login: Login, *, timeout: float = TIMEOUT_SECONDS) -> Box:
    """Connect and sign in; the caller closes. Raises ``BoxRefused`` or ``BoxBroken``."""
    return Pop3Box(login, timeout=timeout) if protocol == POP3 else ImapBox(login, timeout=timeout)
