"""Mail that nobody wrote to us: absences, bounces, lists, notifications, our own coming back (RFC 3834, RFC 2919)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .headers import Headers, first
from .human_dates import dates_in

Kind = Literal["out_of_office", "bounce", "list", "notification", "own_loop"]

_MACHINES = ("mailer-daemon", "postmaster@", "noreply-dmarc", "mail-daemon")
_LIST_PRECEDENCES = ("bulk", "list", "junk")
_REPLY_PRECEDENCES = ("auto_reply", "auto-reply", "autoreply")
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-mail-autoreply", "autoreply")
_OURS = re.compile(r"\s*<?(?:[a-z2-7]{52}|egards)\.[0-9a-f]{32}@", re.I)
_AWAY_SUBJECT = re.compile(
    r"""(?:^|:\s*|\[\s*)(?:r[ée]ponse\ automatique|absence\ du\ bureau|absent(?:e)?\s+(?:du|jusqu)
    |message\ d['’]absence|en\ cong[ée]s
    |avis\ d['’]absence|auto(?:matic)?[\ -]?repl(?:y|ied)|auto(?:matic)?[\ -]?response|out\ of\ (?:the\ )?office
    |away\ (?:from|until|on)
    |on\ (?:annual\ )?leave|vacation|holiday\ (?:reply|auto)|automatische\ (?:antwort|abwesenheit)|abwesenheits?
    |nicht\ im\ (?:büro|haus)
    |respuesta\ autom[áa]tica|fuera\ de\ (?:la\ )?oficina|ausencia|risposta\ automatica|fuori\ (?:sede|ufficio)|assenza
    |automatisch\ (?:antwoord|bericht)|afwezig|niet\ aanwezig|resposta\ autom[áa]tica|fora\ do\ escrit[óo]rio
    |aus[êe]ncia
    |autosvar|automaattinen\ vastaus|automatyczna\ odpowied[źz]|автоответ|自動返信|自动回复|自動回覆|부재중)""",
    re.I | re.X,
)
_AWAY_WORDS = re.compile(
    r"""\b(?:absent(?:e|s)?|absence|en\ cong[ée]s?|en\ vacances|de\ retour|out\ of\ (?:the\ )?office
    |on\ (?:annual\ )?leave|away|vacation
    |holiday|maternity|im\ urlaub|abwesen\w*|nicht\ im\ (?:büro|haus)|wieder\ erreichbar|fuera\ de\ la\ oficina
    |vacaciones|ausente
    |fuori\ (?:sede|ufficio)|in\ ferie|assente|afwezig|met\ vakantie|op\ vakantie|niet\ aanwezig|de\ f[ée]rias|ausente
    |fora\ do\ escrit[óo]rio)\b""",
    re.I | re.X,
)
_RETURN = re.compile(
    r"""(?:de\ retour|retour|reprend\w*|reviendrai|serai\ [àa]\ nouveau|back|return\w*|zurück|wieder|rückkehr
    |vuelv\w+|vuelta|regres\w+
    |reincorpor\w+|rientr\w+|ritorn\w+|torner\w+|terug|weer|volt\w+|retorn\w+|disponible\ à\ partir)""",
    re.I | re.X,
)
_UNTIL = re.compile(
    r"(?:jusqu['’ ]\w*|\bau\b|until|till|through|\bto\b|\bbis\b|hasta|\bal\b|fino|tot\b|t/m|até|\bà\b|[-–—]\s*$"
    r"|inclus)",
    re.I,
)
_MAX_TEXT = 6_000
_MAX_LIST = 1_000
#: The domain of a list's address, and that of its name: `<clients.boutique.example>` (RFC 2919) holds both.
_DOMAIN = re.compile(r"(?:@|<)([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})(?=[>\s,?]|$)")


@dataclass(frozen=True, slots=True)
class Automatic:
    """What kind of machine wrote, and until when a person said to be away.

    ``unless_ours`` is what a mail that has the shape of ours is when another house of Égards sent it. ``through`` are
    the domains of the list that it came through, in lower case.
    """

    kind: Kind
    returns_on: date | None = None
    unless_ours: Kind | None = None
    through: tuple[str, ...] = ()


def classify(
    headers: Headers, *, subject: str, text: str, is_bounce: bool, is_report: bool, sent_on: date
) -> Automatic | None:
    """Say which automatic mail this is; None when a person may have written it."""
    if is_bounce:
        return Automatic("bounce")
    found = _classify(headers, subject, text, is_report=is_report, sent_on=sent_on)
    if _OURS.match(first(headers, "message-id")):
        return Automatic("own_loop", found.returns_on if found else None, found.kind if found else None)
    return found


def _classify(headers: Headers, subject: str, text: str, *, is_report: bool, sent_on: date) -> Automatic | None:
    submitted = first(headers, "auto-submitted").lower().partition(";")[0].strip()
    precedence = first(headers, "precedence").lower().strip()
    replied = submitted.startswith("auto-replied") or precedence in _REPLY_PRECEDENCES
    replied = replied or any(name in headers for name in _REPLY_HEADERS)
    is_list = "list-id" in headers or "list-post" in headers or precedence in _LIST_PRECEDENCES
    away_subject = bool(_AWAY_SUBJECT.search(subject[:300])) and (replied or not is_list)
    if away_subject or (replied and bool(_AWAY_WORDS.search(f"{subject}\n{text[:_MAX_TEXT]}"))):
        return Automatic("out_of_office", return_date(subject, text, sent_on))
    if is_list:
        named = f"{first(headers, 'list-id')} {first(headers, 'list-post')}".lower()[:_MAX_LIST]
        return Automatic("list", through=tuple(dict.fromkeys(_DOMAIN.findall(named))))
    by_machine = replied or (submitted not in ("", "no")) or is_report or _is_machine(headers)
    return Automatic("notification") if by_machine else None


def _is_machine(headers: Headers) -> bool:
    if "x-auto-response-suppress" in headers:
        return True
    if "return-path" in headers and first(headers, "return-path") in ("<>", ""):
        return True
    author = first(headers, "from").lower()
    return any(machine in author for machine in _MACHINES)


def return_date(subject: str, text: str, sent_on: date) -> date | None:
    """The day an absent person says to be back, or until which they are away; None when they do not say.

    A date after “back” counts more than one after “until”; of two alike, the later one.
    """
    whole = f"{subject}\n{text[:_MAX_TEXT]}"
    best: tuple[int, date] | None = None
    for found in dates_in(whole, sent_on):
        before = whole[max(0, found.start - 50) : found.start]
        before = re.split(r"[.!?\n]\s", before)[-1]
        score = 2 if _RETURN.search(before) else 1 if _UNTIL.search(before[-25:]) else 0
        if score and found.day >= sent_on and (best is None or (score, found.day) > best):
            best = (score, found.day)
    return best[1] if best else None
