"""What servers said of one recipient: the codes, the reason, and whether it is for good."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .bounce_reasons import OF_THE_ADDRESS, PRIVATE_STATUS, Reason, particular, reason_of
from .charsets import clean_line

ADDRESS = r"[^\s<>()\[\]:;,\"'|]{1,200}@[A-Za-z0-9._-]{1,200}[A-Za-z0-9]"
ANY_ADDRESS = re.compile(ADDRESS)
_STATUS = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\d.#:/-])([245][0-5]\d)(?=[ \-:,>#\"']|$)(?! (?:bytes|days?|hours?|seconds|minutes))")
_LATER = re.compile(
    r"\b4\.\d{1,3}\.\d{1,3}\b|temporar|delayed|will (?:be retried|continue|keep)|still trying|warning", re.I
)
_SPOKEN = re.compile(
    r"(?:^|[\s\"'(:\[<])([45]\d\d(?:[- ]+#?[45]\.\d{1,3}\.\d{1,3}\b|[- ]+\(?#"
    r"|[- ,:])[^\n]{2,}(?:\n[ \t]*(?![45]\d\d[ -]|<<<|>>>)[^\s\n>][^\n]+){0,4})",
    re.M,
)
_REFUSED_ADDRESS = re.compile(rf"^[45]\d\d[ -]<?{ADDRESS}>?:?\s(?:address )?rejected\.?\s*$", re.I)
_HAS_NO_ACCOUNT = re.compile(r"does(?: not|n['’]t) have an? (?:\S+ )?account", re.I)
_PREFACE = re.compile(
    r"(?:recipient address|address|recipient) rejected:\s*(?=\S)(?!access denied)|remote protocol error:|rcpt to:?"
    r"|\b(?:host|mx) \S+ ?\[[\d.:a-f]+\](?: said)?:?",
    re.I,
)
_NO_RECIPIENT = re.compile(r"^<<< 5(?:03|54).{0,20}(?:need|no|valid).{0,10}(?:rcpt|recipient)", re.I | re.M)
_DIALOGUE = re.compile(r"^[ \t]*(?:>>> ?([a-z]{4})|<<< ?([45]\d\d))", re.I | re.M)
_COMMAND = re.compile(
    r"(?:after |reply to |our |\[|response to (?:the )?|in )(mail[ _]from|rcpt[ _]to|rcpt|data|end of data"
    r"|final data|text|helo|ehlo|connect)\b|(transmission) failure has",
    re.I,
)
_POLITE = re.compile(
    r"^.{0,30}(?:this message was created automatically|a message that you (?:have )?sent|its recipients"
    r"|could not be delivered to (?:one|all)|following address(?:\(?es\)?)?|permanent (?:fatal )?error"
    r"|i'm afraid i wasn't able|hi\. this is"
    r"|this is (?:the|an automatically)|below is the|i've given up|this is the mail (?:system|delivery)"
    r"|for further assistance|please send mail to|if you do so|delete your own text|attached returned message"
    r"|transcript of|the original message was received).{0,200}$",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What became of one recipient. ``status`` is the enhanced code (RFC 3463), private (x.0.9nn) when none was said.

    ``permanent`` says that the address itself does not work: writing there again is useless. ``message_id`` is the
    mail that came back. ``words`` is what the server said.
    """

    address: str
    status: str
    reply_code: str
    reason: Reason
    permanent: bool
    message_id: str = ""
    action: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a report says of one recipient, before it is understood."""

    address: str
    status: str = ""
    words: str = ""
    action: str = ""


def bounce_of(row: Row, is_only_one: bool, words: str, original: str) -> Bounce:
    around = words if is_only_one else _about(row.address, words)
    status = _status(row.status, row.words, around)
    code = _code(row.words) or ("" if row.words and not _spoken(row.words) else _code(around))
    reason = _reason(row, around, status)
    if not status:
        is_later = reason in (Reason.EXPIRED, Reason.ON_HOLD) and row.action != "failed" and bool(_LATER.search(words))
        status = f"{4 if is_later or code.startswith('4') else 5}.0.{PRIVATE_STATUS.get(reason, '900')}"
    if row.action in ("delivered", "relayed", "expanded") or status.startswith("2."):
        reason = Reason.DELIVERED
    permanent = reason in OF_THE_ADDRESS and not (reason is Reason.NO_MAIL_SERVICE and status.startswith("4"))
    return Bounce(row.address, status, code, reason, permanent, original, row.action, _told_words(row.words or around))


def _told_words(words: str) -> str:
    return clean_line("\n".join(_spoken(words)) or words)[:500]


def _about(address: str, words: str) -> str:
    place = words.find(address) if address else -1
    return (
        ""
        if place == -1
        else re.split(r"\n\s*\n|final-recipient", words[place : place + 600], maxsplit=1, flags=re.I)[0]
    )


def _status(field: str, said: str, around: str) -> str:
    """The most particular code: a server's own words before the field that sums them up, the field before the text."""
    own = [m[0] for m in _STATUS.finditer(said)]
    particular = [one for one in own if not one.endswith(".0")]
    listed = _STATUS.search(field)
    if particular:
        return particular[-1]
    if own and not own[-1].endswith(".0.0"):
        return own[-1] if listed is None or listed[0].endswith(".0") else listed[0]
    if listed and (own or not listed[0].endswith(".0.0")):
        return listed[0]
    told = [m[0] for m in _STATUS.finditer(around) if not m[0].endswith(".0.0")]
    if told and (not said or listed is None):
        return told[-1]
    return listed[0] if listed else own[-1] if own else ""


def _code(words: str) -> str:
    found = [m[1] for m in _CODE.finditer(words)]
    return next((code for code in found if code[0] in "45"), found[0] if found else "")


def _reason(row: Row, around: str, status: str) -> Reason:
    """The server's words first, then those around them, then the code alone."""
    temporary = status.startswith("4") or (not status and _code(row.words).startswith("4"))
    comment = row.status.partition("(")[2]
    found = Reason.UNKNOWN_USER if _REFUSED_ADDRESS.search(row.words) else None
    for words in (
        () if found else (*_spoken(row.words), row.words, comment, *_spoken(around), _without_politeness(around))
    ):
        plain = _PREFACE.sub(" ", ANY_ADDRESS.sub(" ", words))
        if plain.strip() and (found := reason_of(plain, "" if found is None else status)):
            break
    found = particular(status) or found or reason_of("", status) or Reason.UNKNOWN
    command = _last_command(f"{row.words}\n{around}")
    if command.startswith("mail") and found in (
        Reason.UNKNOWN_USER,
        Reason.UNKNOWN_HOST,
        Reason.UNKNOWN,
        Reason.FILTERED,
    ):
        return Reason.SENDER_REFUSED  # no recipient had been named yet
    if found is Reason.UNKNOWN_USER and _HAS_NO_ACCOUNT.search(f"{row.words}\n{around}") and status:
        return found  # nobody says this of an address that exists, whatever the command
    if found is Reason.UNKNOWN_USER and command in ("data", "end of data", "final data", "text"):
        return Reason.FILTERED  # said after the message itself: a filter speaks, the address may exist
    if found is Reason.UNKNOWN_USER and status.endswith(".2.1") and not command.startswith("rcpt"):
        return Reason.FILTERED  # “mailbox disabled” from somewhere behind the first server
    if found is Reason.UNKNOWN_HOST and temporary:
        return Reason.NETWORK  # a name that cannot be found for now
    return found


def _spoken(words: str) -> list[str]:
    """What the server itself said, each time from its code on, refusals for good first."""
    return sorted((match[1] for match in _SPOKEN.finditer(words)), key=lambda said: said[0] != "5")


def _without_politeness(words: str) -> str:
    return _POLITE.sub(" ", words)


def _last_command(words: str) -> str:
    """What the server was answering when it refused; empty when nobody says."""
    command = ""
    if _NO_RECIPIENT.search(words):  # the refusal before it was of the recipient, whatever had been sent meanwhile
        return "rcpt to"
    for match in _DIALOGUE.finditer(words):
        if match[1]:
            command = match[1].lower()
        elif command and match[2] != "503":  # bad sequence: the end of a refusal that came before
            return command
    for match in _COMMAND.finditer(words):
        command = (match[1] or "data").lower().replace("_", " ")
    return command
