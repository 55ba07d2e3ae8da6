"""A small mailbox whose truth is known by hand: who asked what and when, who was answered, who was silenced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

OURS = "Maison Tilleul <bonjour@tilleul.example>"
MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)


def at(day: int, hour: float = 0) -> datetime:
    """Return an instant so many days and hours after the first Monday, nine o'clock."""
    return MONDAY + timedelta(days=day, hours=hour)


def letter(
    author: str,
    to: str,
    text: str,
    *,
    when: datetime,
    key: str,
    subject: str = "Ma commande",
    answers: str = "",
    **headers: str,
) -> bytes:
    """Return one mail as it travels."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = author, to, subject
    mail["Date"], mail["Message-ID"] = format_datetime(when), f"<{key}@poste.example>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}@poste.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def known_mailbox() -> list[bytes]:
    """Nineteen messages. Needs, with what they waited, are listed in ``test_counting``."""
    adele, basile, chloe = "Adèle Vauquelin <adele@a.example>", "Basile <basile@b.example>", "chloe@c.example"
    diane, elias, fanny = "diane@d.example", "elias@e.example", "Fanny Ozanne <fanny@f.example>"
    first = letter(adele, OURS, "Où en est ma livraison ?", when=at(0), key="a1", subject="Livraison")
    return [
        first,
        letter(OURS, adele, "Elle arrive demain.", when=at(0, 3), key="a2", subject="Re: Livraison", answers="a1"),
        letter(adele, OURS, "Merci beaucoup.", when=at(0, 5), key="a3", subject="Re: Livraison", answers="a2"),
        letter(basile, OURS, "La table est arrivée cassée.", when=at(1), key="b1", subject="Table"),
        letter(basile, OURS, "Avec la photo.", when=at(1, 0.5), key="b2", subject="Re: Table", answers="b1"),
        letter(basile, OURS, "Toujours rien, c’est inadmissible.", when=at(3), key="b3", subject="Table"),
        letter(chloe, OURS, "Je voudrais être remboursée.", when=at(2), key="c1", subject="Remboursement"),
        letter("noreply@tilleul.example", chloe, "C’est fait. Merci de ne pas répondre à ce message.", when=at(3, 6),
               key="c2", subject="Remboursement", answers="c1"),
        letter(diane, OURS, "C’est mon troisième appel pour cette facture fausse.", when=at(2), key="d1", subject="Fa"),
        letter(OURS, "autre-adresse@d.example", "Voici la facture.", when=at(6), key="d2", answers="d1"),
        letter(elias, OURS, "Avez-vous ce modèle ?", when=at(9), key="e1", subject="Modèle"),
        letter(fanny, OURS, "Je suis très contente.", when=at(4), key="f1", subject="Bravo"),
        letter(OURS, fanny, "Nous sommes absents.", when=at(4, 1), key="f2", answers="f1",
               Auto_Submitted="auto-replied", subject="Absence du bureau"),
        letter(fanny, OURS, "Je suis absente.", when=at(4, 2), key="f3", Auto_Submitted="auto-replied",
               subject="Absence du bureau"),
        letter("lettre@liste.example", OURS, "Nos offres.", when=at(5), key="l1", List_Id="<offres.liste.example>"),
        letter(OURS, "ana@tilleul.example", "Tu prends la suite ?", when=at(5), key="i1", subject="Interne"),
        letter(OURS, elias, "Bonne nouvelle à venir.", when=at(10), key="z1", subject="Autre chose"),
        first,
        b"Subject: sans personne\nDate: Mon, 07 Sep 2026 09:00:00 +0000\n\nQui parle ?\n",
    ]  # fmt: skip


def mbox(path: Path, mails: list[bytes]) -> Path:
    """Write mails as an mbox."""
    path.write_bytes(b"".join(b"From - Mon Sep  7 09:00:00 2026\n" + mail + b"\n" for mail in mails))
    return path
