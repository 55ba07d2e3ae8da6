"""Reports about mail that we sent: which recipient, what the servers said, why, and whether for good.

RFC 3464 reports first; then the many servers that only write a text. Feedback loops (RFC 5965) are complaints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .bodies import body_bytes
from .bounce_reasons import Reason
from .bounce_reports import (
    FIELD,
    MAX_RECIPIENTS,
    MAX_REPORT,
    MAX_WORDS,
    RETURNED,
    leaves,
    original_id,
    report_words,
    returned_to,
    rows_of,
    text_of,
    told,
)
from .bounce_verdict import ANY_ADDRESS, Bounce, Row, bounce_of
from .charsets import clean_line
from .headers import first
from .structure import Part, read_structure

_REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")
_MACHINE = re.compile(
    r"mailer[-_]?daemon|post[-_ ]?master|mail[-_ ]?deliver\w+|mail ?daemon|delivery (?:sub)?system|mdaemon"
    r"|mail administrator"
    r"|system administrator|mail system|microsoft exchange|symantec|mail ?admin|bounce",
    re.I,
)
_SUBJECT = re.compile(
    r"undeliver|deliver\w* (?:status|failure|failed|error|problem|has|report|notification|delayed|incomplete|temp)"
    r"|failure notice|returned mail"
    r"|return(?:ed|ing)? (?:to|message)|(?:mail|message|e-?mail)\b.{0,30}(?:fail|could not|not (?:be )?deliver|bounce"
    r"|error|refused|rejected|delayed|blocked)"
    r"|delivery|non remis|non distribu|échec|unzustellbar|zustell|fehlgeschlagen|nicht zugestellt"
    r"|no (?:se ha )?entreg|devuelto|mancato recapito|non recapit|consegna|onbestelbaar"
    r"|niet (?:bezorgd|afgeleverd)|não (?:foi )?entreg|falha na entrega|warning: (?:message|could)|returning message"
    r"|could not send|user unknown|mail error|complaint about message",
    re.I,
)
#: One of them is in all that the two above find: looking for a word first is much faster.
_MACHINE_WORDS = ("daemon", "master", "deliver", "admin", "system", "exchange", "symantec", "bounce")
_SUBJECT_WORDS = (
    "deliver", "fail", "return", "remis", "distribu", "échec", "zustell", "fehlgeschl", "zugestellt", "entreg",
    "devuelto", "recapit", "consegna", "bestel", "bezorg", "afgelever", "falha", "warning", "unknown", "error",
    "refus", "reject", "delay", "block", "bounce", "could not", "complaint",
)  # fmt: skip
_UNSIGNED = re.compile(r"could ?n.t be delivered|could not be delivered|mailbox is full|user unknown", re.I)
_SAYS = re.compile(
    r"(?:not|n't|n’t|un|failed|failure|error|problem|unable).{0,60}deliver|deliver\w*.{0,80}(?:fail|error|delay|not"
    r"|unable|problem)|undeliver|could ?n.t be (?:sent|delivered)|did not reach|was not delivered"
    r"|returned|user unknown|unknown user|permanent (?:fatal )?error|fatal error|mailbox|no valid recipient|rejected"
    r"|bounced|unknown recipient|giving up|invalid user|exceeds|did not like|[45]\d\d[ -][45]\.\d\.\d|may not exist"
    r"|Google Groups"
    r"|n['’](?:a pas pu|ont pas pu) être (?:remis|distribu|délivr)|non (?:remis|distribu)|nicht zugestellt"
    r"|no (?:se )?(?:ha )?(?:pudo|podido)? ?(?:ser )?entreg|non .{0,30}(?:consegn|recapit)|niet .{0,30}(?:bezorg"
    r"|afgelever)|não .{0,30}entreg",
    re.I,
)


def is_report(root: Part) -> bool:
    """Whether the mail calls itself a report: of delivery, of reading, of a complaint."""
    return first(root.headers, "content-type").lower().startswith("multipart/report")


def read_bounces(root: Part, text: str, subject: str) -> tuple[Bounce, ...]:
    """What a report says of each recipient; nothing when the mail is no report about mail that we sent."""
    parts = list(leaves(root))
    reports = [part for part in parts if part.content_type in _REPORTS]
    if not reports and not _may_be_one(root, text, subject):
        return ()
    original = original_id(root, parts, text)
    if any(part.content_type == "message/feedback-report" for part in reports) or _is_complaint(root, subject):
        return tuple(_complaints(reports, parts, original))
    if text.lstrip().startswith("{") and '"notificationType"' in text:
        return tuple(_notified(text))
    words = report_words(parts, text)
    rows = [row for part in reports for row in rows_of(text_of(part))] or list(rows_of(text[:MAX_REPORT]))
    if not rows and "x-failed-recipients" not in root.headers and not _says_failed(root, words, subject):
        return ()
    if not rows and (inner := _inner_report(parts)):
        return inner
    if not rows:
        rows = list(told(root, words, text, parts))
    if not rows and (reports or any(part.content_type in RETURNED for part in parts)):
        rows = [Row("", "", words[:MAX_WORDS])]  # something of ours came back, nobody says from whom
    return tuple(bounce_of(row, len(rows) == 1, f"{words}\n{subject}", original) for row in rows[:MAX_RECIPIENTS])


def _inner_report(parts: list[Part]) -> tuple[Bounce, ...]:
    """A report handed on by another machine, which only says that something failed."""
    for part in parts:
        if part.content_type == "message/rfc822":
            inner = read_structure(body_bytes(part), [])
            if inner.content_type == "multipart/report":
                rows = [
                    row for leaf in leaves(inner) if leaf.content_type in _REPORTS for row in rows_of(text_of(leaf))
                ]
                original = original_id(inner, list(leaves(inner)), "")
                return tuple(bounce_of(row, len(rows) == 1, "", original) for row in rows[:MAX_RECIPIENTS])
    return ()


def _may_be_one(root: Part, text: str, subject: str) -> bool:
    headers = root.headers
    if root.content_type == "multipart/report":
        return "disposition-notification" not in root.parameters.get("report-type", "").lower()
    if "x-failed-recipients" in headers or "x-hmxmroriginalrecipient" in headers:
        return True
    is_empty = "return-path" in headers and first(headers, "return-path") in ("<>", "")
    author = first(headers, "from")
    if _is_machine(author) or _is_about_delivery(subject) or author.strip() in ("<>", ""):
        return True
    return is_empty or "Final-Recipient:" in text or '"notificationType"' in text[:100] or _is_unsigned(root, text)


def _is_machine(author: str) -> bool:
    folded = author.lower()
    return any(map(folded.__contains__, _MACHINE_WORDS)) and bool(_MACHINE.search(author))


def _is_about_delivery(subject: str) -> bool:
    folded = subject.lower()
    return any(map(folded.__contains__, _SUBJECT_WORDS)) and bool(_SUBJECT.search(subject))


def _is_unsigned(root: Part, text: str) -> bool:
    """Mobile carriers write from no-reply addresses, under a subject that says nothing."""
    if "reply" not in first(root.headers, "from").lower() and "auto-submitted" not in root.headers:
        return False
    return len(text) < 20_000 and bool(_UNSIGNED.search(text[:2_000]))


def _says_failed(root: Part, words: str, subject: str) -> bool:
    """A machine's mail without any field is a report when it says that something was not delivered."""
    replied = first(root.headers, "auto-submitted").lower().startswith("auto-replied")
    if replied and not re.search(r"daemon|deliver", first(root.headers, "from"), re.I):
        return False  # a program that answers under somebody's name, not a mail server
    is_machine = _is_machine(first(root.headers, "from")) or root.content_type == "multipart/report"
    is_machine = is_machine or ("return-path" in root.headers and first(root.headers, "return-path") in ("<>", ""))
    said = bool(_SAYS.search(words[:8_000]))
    if is_machine:
        return said or _is_about_delivery(subject)
    return said and (_is_about_delivery(subject) or _is_unsigned(root, words)) and "in-reply-to" not in root.headers


def _is_complaint(root: Part, subject: str) -> bool:
    return "complaint about message from" in subject.lower() or "x-hmxmroriginalrecipient" in root.headers


def _complaints(reports: list[Part], parts: list[Part], original: str) -> Iterator[Bounce]:
    addresses: list[str] = []
    for part in reports:
        for match in FIELD.finditer(text_of(part)):
            if match[1].lower() in ("original-rcpt-to", "removal-recipient", "final-recipient"):
                addresses += ANY_ADDRESS.findall(match[2])
    if not addresses:
        addresses = [returned_to(parts, set())]
    for address in list(dict.fromkeys(addresses))[:MAX_RECIPIENTS]:
        yield Bounce(address, "", "", Reason.COMPLAINT, False, original)


def _notified(text: str) -> Iterator[Bounce]:
    """Amazon SES, by its notification service: JSON in the text of a mail."""
    try:
        said, _end = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
        kind = str(said.get("notificationType", "")).lower()
        about = said.get(kind) or {}
        original = str((said.get("mail") or {}).get("commonHeaders", {}).get("messageId", "")).strip("<>")
        listed = about.get("bouncedRecipients") or about.get("complainedRecipients") or about.get("recipients") or []
    except (ValueError, AttributeError, RecursionError):
        return
    for one in listed[:MAX_RECIPIENTS] if isinstance(listed, list) else []:
        fields = one if isinstance(one, dict) else {"emailAddress": one}
        address = clean_line(str(fields.get("emailAddress", "")))[:320]
        if kind == "complaint":
            yield Bounce(address, "", "", Reason.COMPLAINT, False, original)
            continue
        words = clean_line(str(fields.get("diagnosticCode", "") or about.get("smtpResponse", "")))
        action = "delivered" if kind == "delivery" else clean_line(str(fields.get("action", "")))
        row = Row(address, clean_line(str(fields.get("status", ""))), words[:MAX_WORDS], action)
        yield bounce_of(row, True, "", original)
