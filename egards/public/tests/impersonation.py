"""Somebody writes in another's name: real customers with secrets, forged forms, advisers who answer, and what is shown.

Everything that belongs to a customer holds ``SECRET``: their name, words, files, our answers, notes and promises to
them. The impersonator knows an address or a number and types it; nothing that holds ``SECRET`` may ever come back.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from egards.accounts.models import Member
from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.links import revoke_link
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.states import join_conversations, name_need
from egards.conversations.models import Conversation, Draft, Link
from egards.conversations.tokens import link_token, reply_token
from egards.core.clock import now
from egards.interactions.models import Attachment
from egards.public.tests.visits import Visit
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, say
from tests.letters import letters_leave

SECRET = "canari"
SLOT_HOURS = range(1, 60)


@dataclass(frozen=True)
class Victim:
    """A customer of ours: the address and the number that somebody may know, and the conversation that nobody may."""

    email: str
    phone: str
    conversation: Conversation
    link: Link
    file: Attachment


@dataclass
class Findings:
    """What was tried, what came back, and every byte that should not have."""

    forms: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    bytes_read: int = 0
    shown: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def look(self, what: str, response: Any) -> None:
        """Read an answer whole, headers and all."""
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items()).encode()
        seen = head + b"\n" + response.content
        self.answers += 1
        self.bytes_read += len(seen)
        if SECRET.encode() in seen.lower():
            at = seen.lower().index(SECRET.encode())
            self.shown.append(f"{what} [{response.status_code}]: {seen[max(at - 60, 0) : at + 60]!r}")


@dataclass
class Impostor:
    """Writes in others' names, one form after another, and looks at everything that comes back."""

    visit: Visit
    box: Touchpoint
    alice: Member
    seed: int
    found: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def customer(self, n: int) -> Victim:
        """Make a customer who wrote, was acknowledged, answered, noted and promised; all of it secret."""
        email, phone = f"personne{n}@client.example", f"06 39 98 {n // 100:02} {n % 100:02}"
        self.visit.clock.shift(timedelta(seconds=1))
        raw = _mail_with_file(f"{SECRET} {n}\n\nMon code est {SECRET}{n}. Tél. {phone}", email, n)
        say(raw, at=self.box, when=now())
        conversation = Conversation.objects.get(turns__interaction__content__text__contains=f"{SECRET}{n}.")
        acknowledge(conversation_id=conversation.pk)
        self._answer(conversation, f"Votre {SECRET} {n} part ce soir.", promised=f"{SECRET} livré")
        keep_note(conversation=conversation, by=self.alice, text=f"{SECRET} noté.")
        name_need(conversation=conversation, need=f"{SECRET} perdu", by=self.alice)
        file = Attachment.objects.get(interaction__turn__conversation=conversation)
        link = Link.objects.filter(conversation=conversation, level=Link.Level.MAILED).latest("made_at")
        return Victim(email, phone, conversation, link, file)

    def forge(self, victim: Victim) -> None:
        """Write in a customer's name, let the house answer, then look everywhere."""
        way = self.chance.choice(("e-mail", "téléphone", "les deux"))
        self.found.forms[way] += 1
        visit = Visit(self.visit.clock, ip=f"198.51.{self.chance.randrange(256)}.{self.chance.randrange(256)}")
        self.visit.clock.shift(timedelta(minutes=30))  # a proof is asked of who writes more often from one address
        before = set(Link.objects.values_list("pk", flat=True))
        if way != "téléphone":
            self._write(visit, victim)
        if way != "e-mail":
            self._ask_for_call(visit, victim)
        for link in Link.objects.filter(level=Link.Level.SCREEN).exclude(pk__in=before):
            self._house_answers(link.conversation, victim)
            self._look_everywhere(visit, link, victim)

    def fuzz(self, victim: Victim, n: int) -> None:
        """Try tokens that are nearly right: none opens, and all are answered alike."""
        right = link_token(victim.link)
        visit = Visit(self.visit.clock)
        alike = {visit.client.get("/suivi/faux/").content}
        for token in _nearly(right, reply_token(victim.conversation.pk), self.chance, n):
            response = visit.client.get(f"/suivi/{token}/")
            self.found.look("jeton faussé", response)
            self.found.told["jetons faussés essayés"] += 1
            alike.add(response.content)
            if response.status_code != 404:
                self.found.opened.append(f"{token} [{response.status_code}]")
        if len(alike) > 1:
            self.found.opened.append("des jetons faussés se distinguent")

    def outlive(self, victims: list[Victim]) -> None:
        """Links that were closed, then links that are too old, open nothing."""
        for victim in victims[::2]:
            revoke_link(link=victim.link)
            self._closed(victim, 404, "liens fermés essayés")
        self.visit.clock.shift(timedelta(days=91))
        for victim in victims[1::2]:
            self._closed(victim, 410, "liens de plus de 90 jours essayés")

    def _write(self, visit: Visit, victim: Victim) -> None:
        photo = SimpleUploadedFile("preuve.jpg", b"une photo") if self.chance.random() < 0.2 else ()
        response = visit.write(text="C’est moi, où en est ma demande ?", reach=victim.email, attached=photo)
        self.found.look("envoi", response)
        self.found.look("suivi", visit.follow(response))

    def _ask_for_call(self, visit: Visit, victim: Victim) -> None:
        page = visit.get("/contact/")
        free = [slot.value for day in page.context["days"] for slot in day.slots if slot.is_free]
        if not free:
            self.visit.clock.shift(timedelta(hours=12))
            return self._ask_for_call(visit, victim)
        asked = {"call": "1", "call-slot": self.chance.choice(free), "call-phone": victim.phone, "call-words": ""}
        response = visit.post("/contact/", asked)
        self.found.look("demande d’appel", response)
        self.found.look("suivi d’appel", visit.follow(response))
        return None

    def _house_answers(self, conversation: Conversation, victim: Victim) -> None:
        """What the house does in good faith with a forged word: every answer goes to the customer, not to the page."""
        deeds = (
            lambda: self._answer(conversation, f"Voici votre {SECRET}.", promised=f"{SECRET} envoyé"),
            lambda: keep_note(conversation=conversation, by=self.alice, text=f"{SECRET} encore."),
            lambda: name_need(conversation=conversation, need=f"{SECRET} encore", by=self.alice),
            lambda: acknowledge(conversation_id=conversation.pk),
            lambda: self._customer_replies(conversation, victim),
            lambda: join_conversations(kept=victim.conversation, joined=conversation, by=self.alice),
            lambda: join_conversations(kept=conversation, joined=victim.conversation, by=self.alice),
        )
        names = ("réponses", "notes", "besoins nommés", "accusés", "réponses du vrai client", "réunies", "réunies")
        for index in self.chance.sample(range(len(deeds)), k=3):
            conversation.refresh_from_db()
            try:
                deeds[index]()
            except ConversationError:
                continue  # already joined, nobody to write to: the house refuses by itself
            self.found.told[names[index]] += 1

    def _answer(self, conversation: Conversation, text: str, **more: Any) -> None:
        conversation.refresh_from_db()
        more |= {"promised_by": now() + timedelta(days=2)}
        draft = save_draft(conversation=conversation, member=self.alice, text=text, via=Draft.Via.EMAIL, **more)
        send_draft(draft=draft, by=self.alice, seen_version=conversation.version)
        self.visit.clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
        leave(draft_id=draft.pk)
        letters_leave()

    def _customer_replies(self, conversation: Conversation, victim: Victim) -> None:
        to = f"bonjour+{reply_token(conversation.pk)}@lindelle.example"
        text = f"Le vrai {SECRET}, {self.found.answers}."  # never twice the same: a copy would be no delivery
        say(mail(text, From=victim.email, To=to), at=self.box, when=now())

    def _look_everywhere(self, visit: Visit, link: Link, victim: Victim) -> None:
        page = f"/suivi/{link_token(link)}/"
        self.found.look("suivi", visit.get(page))
        self.found.look("réponse", visit.post(page, {"answer-text": "Et alors ?"}))
        self.found.look("réponse vide", visit.post(page, {"answer-text": ""}))
        self.found.look("suivi encore", visit.get(page))
        self.found.look("pièce d’autrui", visit.client.get(f"{page}pieces/{victim.file.pk}/"))
        self.found.look("appel déplacé", visit.client.post(f"{page}appel/", {"slot": "x"}))
        self.found.look("écrire plutôt", visit.client.post(f"{page}ecrit/"))
        self.found.look("lien neuf", visit.client.post(f"{page}lien/"))
        visit.get("/suivi/")
        self.found.look("liens demandés", visit.post("/suivi/", {"email": victim.email}))
        self.found.look("page inconnue", visit.client.get(f"{page}autre/"))

    def _closed(self, victim: Victim, status: int, name: str) -> None:
        page = f"/suivi/{link_token(victim.link)}/"
        self.found.told[name] += 1
        for path, method in (("", "get"), ("", "post"), ("appel/", "post"), (f"pieces/{victim.file.pk}/", "get")):
            response = getattr(self.visit.client, method)(page + path)
            self.found.look(name, response)
            if response.status_code != status:
                self.found.opened.append(f"{name} {path} [{response.status_code}]")


def _mail_with_file(body: str, email: str, n: int) -> bytes:
    head = f'From: "Zoé {SECRET} {n}" <{email}>\r\nTo: bonjour@lindelle.example\r\nSubject: Mon {SECRET} {n}\r\n'
    head += "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    file = (
        f"--b\r\nContent-Type: image/jpeg; name={SECRET}.jpg\r\nContent-Disposition: attachment; filename={SECRET}.jpg"
    )
    return (head + part + file + f"\r\n\r\n{SECRET}\r\n--b--\r\n").encode()


def _nearly(right: str, reply: str, chance: random.Random, n: int) -> Iterator[str]:
    """Tokens one step from a right one: another letter, shorter, longer, shifted, of another purpose."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    yield from (reply, right[:-1], right + "a", right[1:] + right[0], right[::-1], right[:26] + reply[26:])
    for _try in range(n - 6):
        at = chance.randrange(len(right))
        letter = chance.choice(letters.replace(right[at], ""))
        changed = right[:at] + letter + right[at + 1 :]
        if at < len(right) - 1:  # the last letter holds spare bits: another one may mean the same bytes
            yield changed
