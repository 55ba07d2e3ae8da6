"""A mail as plain values for JSON: what ``egards mail parse`` prints. Files are told by md5 and size."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..inbound import Address
from .automatic import Automatic
from .bodies import File
from .mail import Mail


def as_json(mail: Mail) -> dict[str, Any]:
    """Return every field of a mail under its documented name."""
    return {
        "from": [_address(one) for one in mail.author],
        "sender": _address(mail.sender) if mail.sender else None,
        "reply_to": [_address(one) for one in mail.reply_to],
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "quoted_text": mail.quoted_text,
        "forwarded": [asdict(one) | {"at": one.at.isoformat() if one.at else None} for one in mail.forwarded],
        "attachments": [_file(one) for one in mail.attachments],
        "automatic": _automatic(mail.automatic) if mail.automatic else None,
        "bounce": [asdict(one) for one in mail.bounce],
        "authentication": [asdict(one) for one in mail.authentication],
        "calendar": [asdict(one) for one in mail.calendar],
        "problems": list(mail.problems),
    }


def _file(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.content_type,
        "claimed_type": file.claimed,
        "size": file.size,
        "md5": file.md5,
        "content_id": file.content_id,
        "inline": file.is_inline,
    }


def _automatic(automatic: Automatic) -> dict[str, Any]:
    day = automatic.returns_on
    return {"kind": automatic.kind, "returns_on": day.isoformat() if day else None}


def _address(address: Address) -> dict[str, str]:
    return {"address": address.value, "name": address.name}
