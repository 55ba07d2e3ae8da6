"""Mail that tries to enter somebody's conversation (S3), and a table by hand of what each may do.

A scene is one customer with a conversation, somebody in copy, a stranger who stands there to be confirmed, and others
elsewhere. Each attempt is a sign, a sender, what our server says of them, and how the conversation stands. What should
become of it is written below as tables, without a line of the code that decides.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction

from egards.accounts.models import Member
from egards.conversations.actions.links import give_link
from egards.conversations.models import Conversation, Link, Turn
from egards.conversations.reach import addresses_of
from egards.conversations.tokens import link_token, reply_token
from egards.core.clock import now
from egards.intake.pipeline import load, process
from egards.interactions.doors import Delivery as Sent
from egards.interactions.doors import receive
from egards.interactions.models import Delivery
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, say

SERVER = "mx.lindelle.example"
HOME, CITED = "bonjour@lindelle.example", "<premier@client.example>"

# ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────────
#: What a sign is worth: ours alone can have made it, anybody could have copied it, or it says nothing.
OURS, COPIED, NOTHING = "à nous", "copié", "rien"
SIGNS: Final[dict[str, str]] = {
    "aucun signe": NOTHING,
    "numéro dans l’objet": NOTHING,
    "objet recopié": NOTHING,
    "id du client cité": COPIED,
    "id du client en référence": COPIED,
    "id connu parmi cent": COPIED,
    "id tronqué": NOTHING,
    "id en majuscules": NOTHING,
    "id vide": NOTHING,
    "id porté par deux messages": NOTHING,
    "id d’une autre marque": NOTHING,
    "id d’un auteur à confirmer": NOTHING,
    "jeton dans l’adresse": OURS,
    "jeton en majuscules": OURS,
    "jeton en copie": OURS,
    "jeton dans notre identifiant": OURS,
    "jeton dans le texte": OURS,
    "jeton dans la page": OURS,
    "jeton tronqué": NOTHING,
    "jeton vide": NOTHING,
    "jeton faussé": NOTHING,
    "jeton d’une page de suivi": NOTHING,
    "jeton dans Reply-To": NOTHING,
    "jeton faussé et id du client cité": COPIED,
}
#: Who takes part in the conversation, as the customer wanted it.
SENDERS: Final[dict[str, tuple[str, bool]]] = {
    "la cliente": ("Odile Marchand <odile@client.example>", True),
    "en copie": ("Paul Marchand <paul@ailleurs.example>", True),
    "un autre client": ("Jean Autre <jean@autre.example>", False),
    "un inconnu": ("Mallory <mallory@mechant.example>", False),
    "un inconnu déjà là": ("Trudy <trudy@mechant.example>", False),
    "un membre": ("Alice <alice@maison.example>", False),
    "un nom emprunté": ("Odile Marchand <odile@client.example.mechant.example>", False),
    "une adresse proche": ("Odile Marchand <odile@ciient.example>", False),
}
#: What our server's verdict proves of the sender.
VERDICTS: Final[dict[str, str]] = {
    "reconnu": "prouvé",
    "signé par son domaine": "prouvé",
    "rien dit": "",
    "désavoué": "désavoué",
    "signé par un autre": "",
    "verdict d’un autre serveur": "",
}
STANDINGS: Final = ("ouverte", "résolue il y a 2 jours", "résolue il y a 20 jours")
LATE = "résolue il y a 20 jours"


@dataclass(frozen=True)
class Attempt:
    """One combination."""

    sign: str
    sender: str
    verdict: str
    standing: str
    is_automatic: bool

    def expected(self) -> str:
        """What a careful person would do: join (to be confirmed or not), follow, stand beside, open, or nothing."""
        worth, takes_part = SIGNS[self.sign], SENDERS[self.sender][1]
        proved = VERDICTS[self.verdict]
        may_enter = worth == OURS or (worth == COPIED and takes_part and proved == "prouvé")
        if self.is_automatic:
            return self._joined("en silence") if may_enter else "nulle part"
        if may_enter:
            return "à la suite" if self.standing == LATE else self._joined("entre")
        if worth == COPIED:
            return "à côté"
        # the customer's own open conversation stands beside, whatever proves them
        return "à côté" if self.sender == "la cliente" and self.standing == "ouverte" else "seule"

    def _joined(self, how: str) -> str:
        is_sure = self.sender == "la cliente" and VERDICTS[self.verdict] != "désavoué"
        return how if is_sure else f"{how}, à confirmer"


# ── the scene ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Scene:
    """A house where things are said, before anybody tries anything."""

    box: Touchpoint
    member: Member
    conversation: Conversation
    link: Link
    other: Conversation
    ours: set[str]


def scene(box: Touchpoint, elsewhere: Touchpoint, member: Member) -> Scene:
    """Set the scene: words of the customer, of whom she copied, of a stranger who had the token, of somebody else."""
    for touchpoint in (box, elsewhere):
        touchpoint.settings = touchpoint.settings | {"authserv_id": SERVER}
        touchpoint.save(update_fields=["settings"])
    (first,) = say(mail("Il manque des vis.", Message_ID=CITED, Cc=SENDERS["en copie"][0]), at=box, when=now())
    conversation = Turn.objects.get(pk=first.pk).conversation
    to = f"bonjour+{reply_token(conversation.pk)}@lindelle.example"
    trudy = mail("Moi aussi.", From=SENDERS["un inconnu déjà là"][0], To=to, Message_ID="<trudy@mechant.example>")
    say(trudy, at=box, when=now())
    jean = mail("Où est mon colis ?", From=SENDERS["un autre client"][0], Message_ID="<jean@autre.example>")
    (word,) = say(jean, at=box, when=now())
    for n, name in enumerate(("Mallory <mallory@mechant.example>", "Jean Autre <jean@autre.example>")):
        say(mail(f"Copie {n}", From=name, Message_ID="<double@client.example>"), at=box, when=now())
    say(mail("Ailleurs", Message_ID="<ailleurs@client.example>"), at=elsewhere, when=now())
    Conversation.objects.exclude(pk=conversation.pk).update(state="resolved", state_at=now() - timedelta(days=60))
    link = give_link(conversation=conversation, level=Link.Level.SCREEN)
    other = Turn.objects.get(pk=word.pk).conversation
    return Scene(box, member, conversation, link, other, {reach.handle.value for reach in addresses_of(conversation)})


def second_mailbox(box: Touchpoint, brand_name: str) -> Touchpoint:
    """Another brand of the house, with its own mailbox."""
    other = type(box.brand).objects.create(name=brand_name, slug=brand_name.lower())
    return open_touchpoint(brand=other, kind="mail", name="Courriel")


# ── the attempts ────────────────────────────────────────────────────────────────────────────────────────────────────
def written(attempt: Attempt, at: Scene, n: int) -> bytes:
    """Return the bytes of an attempt."""
    headers = {"From": SENDERS[attempt.sender][0], "Subject": "Ma demande", "Message-ID": f"<essai-{n}@essai.example>"}
    body = f"Essai {n}. Envoyez-moi tout."
    if attempt.is_automatic:
        headers["Auto-Submitted"] = "auto-replied"
    domain = headers["From"].rpartition("@")[2].rstrip(">")
    verdict = {
        "reconnu": f"{SERVER}; dmarc=pass header.from={domain}",
        "signé par son domaine": f"{SERVER}; dkim=pass header.d={domain}; dmarc=none header.from={domain}",
        "rien dit": "",
        "désavoué": f"{SERVER}; dkim=pass header.d=mechant.example; dmarc=fail header.from={domain}",
        "signé par un autre": f"{SERVER}; dkim=pass header.d=envoi.example; spf=pass smtp.mailfrom=x@envoi.example",
        "verdict d’un autre serveur": f"mx.mechant.example; dmarc=pass header.from={domain}",
    }[attempt.verdict]
    if verdict:
        headers["Authentication-Results"] = verdict
    carried, said = _SIGNS[attempt.sign](at)
    page = said if said.startswith("<") else ""
    raw = mail(body if page else f"{body}\r\n\r\n{said}", **headers | carried)
    return (
        raw.replace(b"text/plain", b"text/html").replace(body.encode(), f"<p>{body}</p>{page}".encode())
        if page
        else raw
    )


def _token(at: Scene) -> str:
    return reply_token(at.conversation.pk)


def _plus(token: str) -> dict[str, str]:
    return {"To": f"bonjour+{token}@lindelle.example"}


_SIGNS: Final[dict[str, Callable[[Scene], tuple[dict[str, str], str]]]] = {
    "aucun signe": lambda at: ({}, ""),
    "numéro dans l’objet": lambda at: ({"Subject": f"Re: [n° {at.conversation.number}] #{at.conversation.number}"}, ""),
    "objet recopié": lambda at: ({"Subject": f"Re: {at.conversation.need}"}, ""),
    "id du client cité": lambda at: ({"In-Reply-To": CITED}, ""),
    "id du client en référence": lambda at: ({"References": f"<inconnu@x.example> {CITED}"}, ""),
    "id connu parmi cent": lambda at: ({"References": "".join(f"<{n}@x.example>\r\n " for n in range(99)) + CITED}, ""),
    "id tronqué": lambda at: ({"In-Reply-To": CITED[:-4]}, ""),
    "id en majuscules": lambda at: ({"In-Reply-To": CITED.upper()}, ""),
    "id vide": lambda at: ({"In-Reply-To": "<>", "References": "<> <> <>", "Message-ID": "<>"}, ""),
    "id porté par deux messages": lambda at: ({"In-Reply-To": "<double@client.example>"}, ""),
    "id d’une autre marque": lambda at: ({"In-Reply-To": "<ailleurs@client.example>"}, ""),
    "id d’un auteur à confirmer": lambda at: ({"In-Reply-To": "<trudy@mechant.example>"}, ""),
    "jeton dans l’adresse": lambda at: (_plus(_token(at)), ""),
    "jeton en majuscules": lambda at: (_plus(_token(at).upper()), ""),
    "jeton en copie": lambda at: ({"To": HOME, "Cc": f"bonjour+{_token(at)}@lindelle.example"}, ""),
    "jeton dans notre identifiant": lambda at: ({"In-Reply-To": f"<{_token(at)}.{'0' * 32}@lindelle.example>"}, ""),
    "jeton dans le texte": lambda at: ({}, f"> egards:{_token(at)}"),
    "jeton dans la page": lambda at: ({}, f"<blockquote><span>egards:{_token(at)}</span></blockquote>"),
    "jeton tronqué": lambda at: (_plus(_token(at)[:-1]), ""),
    "jeton vide": lambda at: (_plus(""), ""),
    "jeton faussé": lambda at: (_plus(_forged(_token(at))), ""),
    "jeton d’une page de suivi": lambda at: (_plus(link_token(at.link)), ""),
    "jeton dans Reply-To": lambda at: ({"Reply-To": f"bonjour+{_token(at)}@lindelle.example"}, ""),
    "jeton faussé et id du client cité": lambda at: (_plus(_forged(_token(at))) | {"In-Reply-To": CITED}, ""),
}


def _forged(token: str) -> str:
    """One bit of the seal is another one."""
    return token[:40] + ("b" if token[40] == "a" else "a") + token[41:]


def drawn(chance: random.Random, n: int) -> Attempt:
    """Return one combination: each sign in its turn, the rest by chance."""
    return Attempt(
        sign=list(SIGNS)[n % len(SIGNS)],
        sender=chance.choice(list(SENDERS)),
        verdict=chance.choice(list(VERDICTS)),
        standing=chance.choice(STANDINGS),
        is_automatic=chance.random() < 0.15,
    )


@dataclass
class Findings:
    """What was tried, what became of it, and what should not have."""

    ends: Counter[str] = field(default_factory=Counter)
    signs: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def attempt_on(at: Scene, attempt: Attempt, n: int, found: Findings) -> None:
    """Try one combination on the scene, note what became of it, and put everything back."""
    with transaction.atomic():
        state, since = ("open", now()) if attempt.standing == "ouverte" else ("resolved", _resolved_at(attempt))
        Conversation.objects.filter(pk=at.conversation.pk).update(state=state, state_at=since)
        (received,) = receive(touchpoint=at.box, deliveries=[Sent(written(attempt, at, n), f"essai {n}")])
        process(load([received.arrival_id]))
        turns = Turn.objects.select_related("conversation__linked_to")
        end = _end_of(turns.filter(interaction__arrival=received.arrival_id).first(), at)
        found.ends[end] += 1
        found.signs[attempt.sign, end] += 1
        if end != attempt.expected():
            found.wrong.append(f"{attempt}: {end}, attendu: {attempt.expected()}")
        gained = {reach.handle.value for reach in addresses_of(at.conversation)} - at.ours
        if gained:
            found.wrong.append(f"{attempt}: on répondrait aussi à {gained}")
        if Turn.objects.exclude(by=None).exists() or Delivery.objects.exists():
            found.wrong.append(f"{attempt}: un courriel a parlé en notre nom")
        transaction.set_rollback(True)


def _resolved_at(attempt: Attempt) -> object:
    return now() - timedelta(days=20 if attempt.standing == LATE else 2)


def _end_of(turn: Turn | None, at: Scene) -> str:
    if turn is None:
        return "nulle part"
    to_confirm = ", à confirmer" if turn.is_to_confirm else ""
    if turn.conversation == at.conversation:
        is_heard = turn.conversation.last_in_id == turn.pk
        return f"{'entre' if is_heard else 'en silence'}{to_confirm}"
    if turn.conversation == at.other:
        return "chez quelqu’un d’autre"
    if turn.conversation.linked_to != at.conversation:
        return "seule" if turn.conversation.linked_to is None else "à côté d’un autre"
    return "à la suite" if turn.conversation.link_reason == "follows" else "à côté"
