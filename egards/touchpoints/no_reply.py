"""Nothing that leaves invites silence: no address, name, subject or sentence of ours says « do not reply ». Pure.

Source: the founding article's « don't reply » (domain A.27). The base repeats the rule for addresses.
"""

from __future__ import annotations

import re
import unicodedata

#: What an address may not hold, in any case. PostgreSQL reads it too: the base refuses what this finds.
SILENT_ADDRESS = (
    r"(^|[^a-z])(no|not)[-_.]?reply"
    r"|do[-_.]?not[-_.]?(reply|respond|answer)"
    r"|ne[-_.]?pas[-_.]?r[eé]pondre"
    r"|(sans|no|pas[-_.]?de)[-_.]?r[eé]ponse"
)
_ADDRESS = re.compile(SILENT_ADDRESS)
_THIS = r"\b(ce|cet|cette|le present|la presente) (message|mail|e-?mail|courriel|courrier|sms|texto|adresse|envoi)"
_ASKED = (
    r"merci|priere|prier?|prions|prie|remercions|veuillez|vouloir|invitons a|demandons de|inutile|svp|s'il vous plait"
)
_UNREAD = r"n'est pas (relevee|lue|consultee|surveillee)|ne (recoit|permet|accepte)[^.!?\n]{0,30}reponses?"
_SENTENCES = re.compile(
    # asked of the reader
    rf"\b({_ASKED})\b[^.!?\n]{{0,40}}"
    rf"\bne pas (y repondre|repondre(?=[^.!?\n]{{0,30}}{_THIS}|[ .!]*$|[^\S\n]*[.!)\]\n]))"
    rf"|\bne pas repondre\b[^.!?\n]{{0,30}}{_THIS}"
    rf"|(?<!vous )\bne repondez pas\b[^.!?\n]{{0,30}}{_THIS}"
    r"|\bn'y repondez pas\b"
    r"|\binutile de (y )?repondre\b"
    # a subject, or what stands in brackets
    r"|(^|[\[(|–—-] ?)ne pas repondre( ?[\])|!.–—-]|$)|^no reply\b"
    # said to be impossible
    rf"|\b(ne pouvez pas|pas possible de|impossible de) (y repondre|repondre\b[^.!?\n]{{0,30}}{_THIS})"
    rf"|\b(cette|notre) (adresse|boite)\b[^.!?\n]{{0,60}}\b({_UNREAD})"
    r"|\breponses?\b[^.!?\n]{0,60}\bne (sera|seront|sont|est) (pas )?(lue|traitee|prise)"
    r"|\bpas de reponse possible\b"
    r"|\b(do not|don't|cannot) (reply|respond)\b( directly)?( to this (message|mail|e-?mail|address)|[ .!]*$)"
    r"|\brepl(y|ies)\b[^.!?\n]{0,40}\b(are|is) not (monitored|read)\b"
    r"|\b(mailbox|address|inbox|account)\b[^.!?\n]{0,40}\b(unmonitored|unattended|not monitored)\b"
    r"|\b(unmonitored|unattended) (mailbox|address|inbox|account)\b",
    re.MULTILINE,
)
#: A line that its writer's program broke in the middle of a sentence.
_BROKEN = re.compile(r"(?<=[a-z,])\n(?=[a-z])")


def invites_silence(value: str) -> bool:
    """Say whether an address, a name, a subject or a text tells the reader not to answer (French, English)."""
    plain = _BROKEN.sub(" ", _plain(value))
    return bool(_ADDRESS.search(plain) or _SENTENCES.search(plain))


def _plain(value: str) -> str:
    """The text in lower case, without accents, with straight apostrophes and one kind of space."""
    decomposed = unicodedata.normalize("NFKD", value.lower()).replace("’", "'")
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^\S\n]+", " ", bare)
