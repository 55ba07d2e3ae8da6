"""What ends a mail without being said by anyone: device signatures, legal notices, advertising, list footers."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_SIGNATURE = 20  # lines under « -- »
LONGEST_LINE = 140  # characters: a device signature is short
_DASHES = frozenset(("--", "—", "––", "__", "- -"))
_DRAWN = frozenset("-_=*~#─━–—+.\u1427")
_RULE = re.compile(r"\s*[-_=*~#─━–—+.\u1427]{2,}\s*$|\s*[\u1427—_]\s*$")
_FROM_DEVICE = re.compile(
    r"""^[\s<(\[*_>-]*(?:
      sent\ (?:from|via|with|by|using|on)\b
    | (?:\S+\ )?from\ (?:my\ )?(?:mobile|iphone|ipad|phone|blackberry|android)\b
    | get\ \[?(?:outlook|bluemail|spark|my\ mail)
    | (?:envoyé(?:e|s)?|expédié|transmis)\ (?:de|depuis|à\ partir|d['’]un|du|par|avec|via|sur)\b
    | (?:télécharge[rz]?|obtenir|obtenez)\ \[?outlook
    | (?:gesendet|versendet|verschickt)\ (?:von|mit|über|aus|per|via)\b
    | von\ (?:meinem|unterwegs|mein|meiner)\b.{0,60}\b(?:gesendet|geschickt|versandt)
    | (?:diese\ (?:nachricht|e-?mail)).{0,60}\b(?:handy|mobil\w*|android\S*|iphone|gerät\w*)\b.{0,40}gesendet
    | (?:holen\ sie\ sich|laden\ sie)\ \[?outlook
    | enviad[oa]\ (?:desde|con|mediante|do|da|pelo|pela|via|a\ partir|de)\b
    | (?:obtener|obtenga|obter|obtenha|descargar|descarga)\ (?:o\ )?\[?outlook
    | inviat[oa]\ (?:da|dal|dalla|con|tramite|via|mediante)\b
    | (?:ottieni|scarica)\ \[?outlook
    | (?:verstuurd|verzonden|gestuurd)\ (?:vanaf|met|via|vanuit|van|door)\b
    | (?:download|haal)\ \[?outlook
    | (?:skickat|skickad)\ (?:från|via|med)\b | sendt\ (?:fra|via|med)\b | lähetetty\b.{0,60} | (?:hent
    |hämta)\ \[?outlook
    | wysłan[eoay]\ (?:z|za|przy)\b | odesláno\ (?:z|pomocí)\b | odoslané\ z\b | poslano\ (?:z|s|iz|sa)\b
    | (?:отправлено|надіслано|послано|отправлено\ с)\b | elküldve\b | trimis\ (?:de\ pe|din|cu|de)\b | στάλθηκε\b
    | (?:從|从|发自|發自|來自|来自|由)我?的?.{0,30}(?:傳送|发送|發送|寄出|iphone|ipad|手机|手機|邮箱)
    | .{0,30}(?:から送信|에서\ 보냄|gönderildi|saadetud)
    )""",
    re.I | re.X,
)
#: « Sent with Somemail »: a name with a capital, and no sentence.
_NAMED_PROGRAM = re.compile(
    r"[\s<(\[*_>-]*[Ss]ent (?:from|via|with|using) (?:my )?[A-Z][\w.-]+(?: [A-Z]\w*){0,4}[\s>)\]*_]*$"
)
#: How a signature of ``_FROM_DEVICE`` begins, where all its letters are ASCII.
_DEVICE_WORDS = frozenset(
    "sent from get transmis obtenir obtenez gesendet versendet verschickt von diese dieses holen laden enviado enviada"
    " obtener obtenga obter obtenha descargar descarga inviato inviata ottieni scarica verstuurd verzonden gestuurd"
    " download haal skickat skickad sendt hent poslano trimis iphone'umdan".split()
)
_PRODUCT = re.compile(
    r"iphone|ipad|ipod|android|galaxy|samsung|huawei|xiaomi|redmi|blackberry|outlook|yahoo|windows|mobil|mobile"
    r"|t[ée]l[ée]phone|phone|smartphone|handy|m[óo]vil|celular|telefono|telefoon|telem[óo]vel|k-9|airmail|mailbox|spark"
    r"|proton|tablet|tablette|tableta|application|\bapp\b|cell\b|device|appareil|gerät|dispositivo|toestel|orange"
    r"|sfr\b|bouygues|gmx|web\.de|手机|手機|\bti-\d|\bhtc\b|\bnokia\b|\bsony\b|\blg\b|\bmoto|alcatel|wiko|honor|oppo"
    r"|oneplus|pixel"
    r"|телефон|mac\b",
    re.I,
)
_LEGAL_OPENING = re.compile(
    r"""^[\s*_>#-]*(?:(?:avis|avertissement|notice|disclaimer|important|hinweis|aviso|avviso|confidentialit\w+
    |confidential\w*
      |confidenc\w+|vertraulich\w*|riservat\w+|privacy|legal)\b.{0,40}[:.-]?\s*)?
    (?:ce(?:t|tte)?\ (?:présent\ )?(?:message|e-?mail|mail|courriel|courrier|transmission)\b|le\ (?:présent|contenu)
    |les\ informations\ contenues|l['’]information\ contenue
    |th(?:is|e)\ (?:e-?mail|message|communication|information|contents?|transmission|attached)\b|any\ views
    |dies(?:e|er)\ (?:e-?mail|nachricht|mail)\b|der\ inhalt\ dieser|este\ (?:mensaje|correo|e-?mail|mail|email)\b
    |la\ informaci[óo]n\ conten|esta?\ (?:mensagem|comunica\w+)\b|quest[oa]\ (?:messaggio|e-?mail|comunicazione|mail)\b
    |le\ informazioni\ contenute|(?:dit\ (?:bericht|e-?mail\w*)|deze\ e-?mail)\b|de\ informatie\ in
    |(?:avis\ de\ )?confidentialit|confidential|avertissement|disclaimer|aviso\ (?:legal|de)|nota\ di\ riservatezza
    |haftungsausschluss|vertraulichkeit|if\ you\ (?:are\ not|have\ received)|si\ vous\ (?:n['’]êtes\ pas|avez\ reçu)
    |wenn\ sie\ nicht|si\ usted\ no\ es|si\ ha\ recibido|se\ avete\ ricevuto|indien\ u|in\ accordance\ with
    |conformément|ai\ sensi|pursuant)""",
    re.I | re.X,
)
_LEGAL_WORD = re.compile(
    r"confiden[tc]|vertraulich|riservat|vertrouwelijk|destinataire|recipient|empfänger|destinatari|geadresseerde"
    r"|intended|par erreur|in error|irrtümlich|por error|per errore|vergissing|por engano|privileged|addressee|detru"
    r"|détrui|viruse?s?\b|antivirus|responsab",
    re.I,
)
#: What no person ends a mail with: one of these is enough.
_FOOTER_WORDS = (
    "virus-free", "garanti sans virus", "virenfrei", "libre de virus", "privo di virus", "virusvrij",
    "listinfo", "list-info", "to unsubscribe", "unsubscribe from", "se désabonner", "pour vous désinscrire",
    "darse de baja", "you received this message because", "you are receiving this", "vous recevez ce message car",
    "vous recevez ce courriel car", "vous recevez ce mail car", "vous recevez ce message parce",
    "consider the environment", "pensez à l’environnement", "pensez à l'environnement", "before printing",
    "think before you print", "vor dem drucken", "vor dem ausdrucken", "antes de imprimir", "prima di stampare",
    "avant d’imprimer", "avant d'imprimer", "d’imprimer ce", "d'imprimer ce",
)  # fmt: skip
#: A word, and the sentence that it must stand in.
_FOOTER_SENTENCES = (
    (
        "virus",
        re.compile(
            r"(?:analys|vérifi|check|scann|geprüft|analiz|controla|controllat|gescand|verific).{0,60}"
            r"(?:anti-?virus|virus|avast|avg|eset|norton|kaspersky|sophos)"
            r"|(?:avast|avg|eset|norton|kaspersky|sophos|bitdefender).{0,60}(?:virus|anti)",
            re.I,
        ),
    ),
    ("mailing list", re.compile(r"mailing list\s*$", re.I | re.M)),
    ("druck", re.compile(r"bevor sie .{0,40}drucken", re.I)),
    ("print", re.compile(r"voordat u .{0,30}print", re.I)),
    ("afdruk", re.compile(r"voordat u .{0,30}afdruk", re.I)),
    ("abbestellen", re.compile(r"newsletter .{0,40}abbestellen|abbestellen.{0,20}(?:klick|hier)", re.I)),
    ("iscrizione", re.compile(r"annulla(?:re)? (?:l['’])?iscrizione", re.I)),
)


def _is_footer(words: str) -> bool:
    folded = words.lower()
    if any(map(folded.__contains__, _FOOTER_WORDS)):
        return True
    return any(word in folded and sentence.search(words) for word, sentence in _FOOTER_SENTENCES)


def is_rule(line: str) -> bool:
    """Whether a line is only drawn: dashes, stars, underscores."""
    return line.lstrip()[:1] in _DRAWN and bool(_RULE.match(line))


def is_device_signature(line: str) -> bool:
    """Whether a program, not a person, wrote this line: « Envoyé de mon iPhone »."""
    if len(line) > LONGEST_LINE or (line.isascii() and not _may_be_of_device(line)):
        return False
    if _NAMED_PROGRAM.match(line):
        return True
    return bool(_FROM_DEVICE.match(line)) and bool(_PRODUCT.search(line))


def _may_be_of_device(line: str) -> bool:
    return line.lstrip(" <([*_>-").partition(" ")[0].lower() in _DEVICE_WORDS or " from " in line


def end_of_words(lines: Sequence[str], start: int, stop: int) -> int:
    """Return where what a person said in ``lines[start:stop]`` ends, before signatures, notices and rules.

    The first words are never taken for a signature, unless a line of two dashes stands above them all.
    """
    while True:
        end = _without_blanks(lines, start, stop)
        if end > start and (is_rule(lines[end - 1]) or is_device_signature(lines[end - 1])):
            stop = end - 1
            continue
        shorter = _without_signature(lines, start, end)
        shorter = shorter if shorter < end else _without_footer(lines, start, end)
        if shorter == end:
            return end
        stop = shorter


def _without_blanks(lines: Sequence[str], start: int, stop: int) -> int:
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _without_signature(lines: Sequence[str], start: int, stop: int) -> int:
    """Cut at the dashes (RFC 3676 §4.3) when what is under them is short."""
    for place in range(max(start, stop - LONGEST_SIGNATURE - 1), stop):
        if lines[place].strip() in _DASHES:
            return place
    return stop


def _without_footer(lines: Sequence[str], start: int, stop: int) -> int:
    """Cut the last paragraph when it is a notice; never the first one."""
    top = stop
    while top > start and lines[top - 1].strip() and not is_rule(lines[top - 1]):
        top -= 1
    if not any(line.strip() for line in lines[start:top]):
        return stop
    paragraph = " ".join(lines[top:stop])[:3_000]
    if _is_footer(paragraph):
        # only the lines of the notice when somebody's words share the paragraph
        return top + next((n for n, line in enumerate(lines[top:stop]) if _is_notice(line)), 0)
    is_legal = len(paragraph) > 80 and bool(_LEGAL_OPENING.match(paragraph)) and bool(_LEGAL_WORD.search(paragraph))
    return top if is_legal else stop


def _is_notice(line: str) -> bool:
    return _is_footer(line) or bool(_LEGAL_OPENING.match(line) and _LEGAL_WORD.search(line))
