"""Mail read leniently and within limits: one mail, or the mails of a file or folder. No Django, no database."""

from .apart import parse_apart
from .as_inbound import as_inbound, parse_mail
from .as_json import as_json
from .mail import Mail, message_id, parse
from .mailboxes import Item, find_mail_files, read_maildir, split_mbox
from .plain import html_to_text
from .reply import folded_lines, reply_text

__all__ = [
    "Item",
    "Mail",
    "as_inbound",
    "as_json",
    "find_mail_files",
    "folded_lines",
    "html_to_text",
    "message_id",
    "parse",
    "parse_apart",
    "parse_mail",
    "read_maildir",
    "reply_text",
    "split_mbox",
]
