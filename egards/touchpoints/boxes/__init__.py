"""Mailboxes on their servers: signing in, listing, fetching bytes, waiting. Nothing is read or kept here."""

from __future__ import annotations

from egards.touchpoints.boxes.box import Box, BoxBroken, BoxRefused, Listed, Login, TokenRefused
from egards.touchpoints.boxes.opening import IMAP, POP3, open_box

__all__ = ["IMAP", "POP3", "Box", "BoxBroken", "BoxRefused", "Listed", "Login", "TokenRefused", "open_box"]
