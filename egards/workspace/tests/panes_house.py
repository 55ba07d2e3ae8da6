"""A small house with a morning in it: what the three panes are looked at with."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import localtime

from egards.accounts.actions import place_named
from egards.consent.loading import load_pack
from egards.conversations.actions.calls import ask_for_call, log_call
from egards.conversations.actions.drafts import save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.states import assign, mark_repeated, name_need
from egards.conversations.models import Conversation, Draft, SavedReply
from egards.core.clock import now
from egards.touchpoints.actions import open_touchpoint
from tests.builders import mail, prove, say
from tests.cast import Cast
from tests.letters import letters_leave

#: Who wrote, about what, in which words.
LETTERS = (
    ("Bastien Rouquette", "Bouilloire qui disjoncte", "Ma fille de 4 ans était à côté, vous comprenez mon inquiétude."),
    ("Ndeye Fall-Perrin", "Échanger un drap", "Pas mal du tout la qualité, c’est moi qui me suis trompée de taille."),
    ("Gwenaël Tanguy", "Où est ma commande ?", "slt tjrs rien recu, c normal ?"),
    ("Maryvonne Aubrac", "Ma cocotte", "Rien à redire, ma cocotte a dix ans et cuit comme au premier jour."),
)
LETTER = (
    "Bonsoir,\n\nVous avez été très gentille, et la vendeuse de Nantes aussi. Mais c’est la troisième fois que je vous"
    " explique la même chose : une table fendue, une matinée perdue, et maintenant un sachet de vis qui manque.\n\n"
    "H. Marchandeau\n\nLe 18 nov. 2026 à 9:31, Camille a écrit :\n> Bonjour Madame,\n> votre table arrive vendredi.\n"
)


def morning(house: Cast) -> Conversation:
    """Let five customers write; answer, call, note and promise; return Hélène's conversation."""
    load_pack()
    prove(house.mailbox)
    nantes = place_named(brand=house.lindelle, name="Nantes")
    shop = open_touchpoint(brand=house.lindelle, kind="mail", name="Magasin de Nantes", place=nantes)
    mails = [
        mail(said, From=f"{name} <c{n}@client.example>", Subject=about) for n, (name, about, said) in enumerate(LETTERS)
    ]
    say(*mails, at=house.mailbox, when=now() - timedelta(hours=1))
    say(mail(LETTER, From="Hélène Marchandeau <helene@client.example>", Subject="Ma table"), at=shop, when=now())
    talks = {talk.customer.name: talk for talk in Conversation.objects.select_related("customer") if talk.customer}
    for talk in list(talks.values())[:4]:
        assign(conversation=talk, by=house.bob, owner=house.alice)
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    assign(conversation=helene, by=house.bob, owner=house.alice)
    name_need(conversation=helene, need="Table abîmée, remplacée en retard, sans visserie", by=house.alice)
    keep_note(conversation=helene, by=house.bob, text="@Alice visserie partie de l’atelier en express, suivi 2Z 8841.")
    mark_repeated(conversation=helene, by=house.alice)
    log_call(conversation=helene, by=house.alice, outcome="message", text="Message laissé, rappel demain.")
    ask_for_call(conversation=helene, starts_at=now() + timedelta(hours=1), ends_at=now() + timedelta(minutes=100))
    answered(talks["Maryvonne Aubrac"], house)
    Conversation.objects.filter(customer__name="Bastien Rouquette").update(due_at=now() - timedelta(minutes=12))
    all_due_today(helene)
    SavedReply.objects.create(
        brand=house.lindelle, title="Vis envoyées", shortcut="vis", text="Bonjour {prénom}, vos vis sont parties. {moi}"
    )
    SavedReply.objects.create(brand=house.lindelle, title="Merci", text="Merci de nous l’avoir dit.")
    return helene


def all_due_today(first: Conversation) -> None:
    """Whatever the hour of the test, what was promised falls today, ``first`` before the others."""
    tonight = localtime(now()).replace(hour=23, minute=59, second=59)
    Conversation.objects.filter(due_at__gt=tonight).exclude(pk=first.pk).update(due_at=tonight)
    Conversation.objects.filter(due_at__gt=tonight, pk=first.pk).update(due_at=tonight - timedelta(minutes=1))


def answered(talk: Conversation, house: Cast) -> None:
    """Alice answers, and it leaves."""
    draft = save_draft(conversation=talk, member=house.alice, text="Merci ! L’atelier sera heureux de vous lire.")
    talk.refresh_from_db()
    send_draft(draft=draft, by=house.alice, seen_version=talk.version)
    Draft.objects.filter(pk=draft.pk).update(leaves_at=now() - timedelta(seconds=1))
    leave(draft_id=draft.pk)
    letters_leave()
