"""The words by which mail programs introduce what they quote, forward, sign and announce, in the languages we meet.

French, English, German, Spanish, Italian, Dutch and Portuguese first; the others because customers travel.
"""

from __future__ import annotations

import re

#: Verbs of « X wrote: ». They count only in a line that ends like an introduction (see ``quotes``).
WROTE = (
    "a écrit|a ecrit|wrote|writes|said|schrieb|schreibt|geschrieben|escribió|escribio|escribe|ha scritto|scrive"
    "|schreef|heeft geschreven|geschreven|escreveu|escrevia|napisał|napisała|napisał\\(a\\)|pisze|skrev"
    "|kirjoitti"
    "|napsal|napsala|napsal\\(a\\)|napísal|napísala|napísal\\(a\\)|írta|написал|написала|написал\\(а\\)"
    "|пишет|пише"
    "|написав|написала|yazdı|şunu yazdı|şunları yazdı|a scris|έγραψε"
    "|va escriure|escribiu|idatzi du|đã viết|menulis|kirjutas|rakstīja|rašė|je napisao|je napisala"
    "|napisao|napisala"
    "|је написао|написа|כתב|כתבה|كتب"
)
#: The same in languages that put no space before the verb.
WROTE_UNSPACED = "写道|寫道|书写|書きました|のメッセージ|님이 작성|작성|썼습니다|님이 씀"
#: Words that open such a line, before a date.
OPENERS = (
    "on|le|am|den|el|il|il giorno|op|em|no dia|na|às|a las|dnia|w dniu|på|dne|dňa|в|у|at|date|de|em data de|el día"
    "|tarihinde|vào|pada|în|la|στις|dana"
)
#: Labels of the headers that Outlook and others copy above what they quote, by what they say.
LABELS = {
    "from": "from|de|von|da|van|från|fra|lähettäjä|od|feladó|от|от кого|від|kimden|gönderen|από|de la|expéditeur"
    "|mittente|remitente|absender|afzender|remetente|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람",
    "to": "to|à|a|an|para|aan|till|til|vastaanottaja|do|komu|címzett|кому|kime|kim|προς|către|destinataire"
    "|destinatario|destinatário|empfänger|收件人|收件者|宛先|받는 사람|받는사람",
    "cc": "cc|copie à|copie|kopie|copia|cópia|kopia|kopi|kopio|másolat|копия|копія|bilgi|κοιν\\.|kopi til|抄送|副本"
    "|참조"
    "|bcc|cci|bijlage",
    "date": "date|sent|envoyé|envoyé le|gesendet|gesendet am|datum|enviado|enviado el|enviado em|enviada"
    "|enviada em"
    "|enviada a|fecha|inviato|inviato il|data|verzonden|skickat|skickat den|sendt|dato|lähetetty"
    "|päivämäärä|wysłano"
    "|wysłane|odesláno|odoslané|dátum|elküldve|дата|отправлено|надіслано|tarih|gönderildi|gönderilme tarihi"
    "|ημερομηνία|εστάλη|trimis|发送时间|日期|傳送日期|送信日時|日時|보낸 날짜|날짜",
    "subject": "subject|objet|sujet|betreff|asunto|oggetto|onderwerp|assunto|ämne|emne|aihe|temat|předmět|predmet"
    "|tárgy|тема|konu|θέμα|subiect|主题|主旨|件名|제목|betr",
    "other": "reply-to|répondre à|antwort an|responder a|risposta|rispondi a|antwoord aan|antwoorden aan"
    "|importance"
    "|priorité|priority|wichtigkeit|importancia|priorità|attachments|pièces jointes|anlagen|adjuntos|allegati"
    "|bijlagen|anexos|organisation|organization|message-id|newsgroups",
}
#: What stands between dashes above a message quoted whole.
ORIGINAL = (
    "original message|original email|message d'origine|message original|message initial|e-mail d'origine"
    "|courriel d'origine|ursprüngliche nachricht|ursprüngliche mail|originalnachricht|original-nachricht"
    "|original nachricht|mensaje original|messaggio originale|messaggio di origine|oorspronkelijk bericht"
    "|oorspronkelijke bericht|mensagem original|ursprungligt meddelande|ursprungligt brev|opprinnelig melding"
    "|oprindelig meddelelse|oprindelig besked|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość"
    "|původní zpráva|pôvodná správa|eredeti üzenet|исходное сообщение|пересылаемое сообщение"
    "|вихідне повідомлення"
    "|orijinal mesaj|orijinal ileti|αρχικό μήνυμα|mesaj original|mesajul original|原始邮件|原始郵件|原始信件"
    "|元のメッセージ|원본 메시지|reply message|message de|message du|reply to"
)
FORWARDED = (
    "forwarded message|forwarded by|forwarded mail|begin forwarded message|message transféré|message transmis"
    "|courriel transféré|message réexpédié|début du message réexpédié|début du message transféré"
    "|weitergeleitete nachricht|weitergeleitete mail|anfang der weitergeleiteten nachricht|mensaje reenviado"
    "|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato"
    "|inizio del messaggio inoltrato"
    "|doorgestuurd bericht|begin doorgestuurd bericht|mensagem encaminhada|mensagem reencaminhada"
    "|início da mensagem reencaminhada|início da mensagem encaminhada|vidarebefordrat meddelande"
    "|vidarebefordrat brev|videresendt melding|videresendt meddelelse|videresendt besked|välitetty viesti"
    "|edelleenlähetetty viesti|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet"
    "|пересланное сообщение|переслане повідомлення|iletilen mesaj|iletilmiş mesaj|προωθημένο μήνυμα"
    "|mesaj redirecționat|转发的邮件|轉寄的郵件|転送されたメッセージ|전달된 메시지"
)
#: What help desks write above their own words in the mails that they send.
ABOVE = (
    "repl(?:y|ies) above|above this line|répond(?:re|ez) au[- ]dessus|au[- ]dessus de cette ligne"
    "|oberhalb dieser"
    "|über dieser (?:zeile|linie)|encima de esta línea|sopra (?:a )?questa (?:riga|linea)"
    "|boven deze (?:regel|lijn)"
    "|acima desta linha"
)
#: The start of a subject that says “forwarded”.
FORWARD_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|rép|sv)\s*:\s*)?(?:fwd?|tr|wg|rv|i|enc|doorst|vs|vb|vl|pd|transf|fs|tfr|转发|轉寄)\s*:", re.I
)
