"""Mail read leniently and within limits: one mail, or the mails of a file or folder. No Django, no database."""

from .mail import message_id, parse_mail
from .mailboxes import Item, find_mail_files, read_maildir, split_mbox
from .plain import html_to_text

__all__ = ["Item", "find_mail_files", "html_to_text", "message_id", "parse_mail", "read_maildir", "split_mbox"]
