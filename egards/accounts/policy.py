"""Who may do what: one page. A route that is not written here answers 404 to everybody, and fails CI.

Members hold roles (``accounts.Role``); a role gives *acts*, within the scope of its brand and place. Routes name the
act they ask for. API keys hold API scopes instead of acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANYONE: Final = "anyone"  # customers, strangers: the page itself asks for a signed token where it must
SIGNED_IN: Final = "signed in"  # any active member, about themselves

_READ = frozenset({"read words", "read conversations"})
_ANSWER = _READ | {"read customers", "note conversations", "answer customers"}

#: What each role may do, within its brand and place.
ACTS: Final[dict[str, frozenset[str]]] = {
    "adviser": _ANSWER | {"join customers"},
    "manager": _ANSWER | {"join customers", "read numbers", "replay arrivals", "see outgoing"},
    "store": _ANSWER,
    "expert": _READ | {"note conversations"},
    "people": frozenset({"read numbers"}),
    "data": _READ | {"read customers", "read numbers", "forget customers"},
    "admin": _ANSWER
    | {"join customers", "read numbers", "replay arrivals", "see outgoing", "forget customers", "keep house"},
}


@dataclass(frozen=True)
class Policy:
    """Who may use a route: ``act`` is an act above, ``ANYONE`` or ``SIGNED_IN``; ``api`` is an API key's scope."""

    act: str = ""
    api: str = ""


#: Route name → policy. Names are Django's, with their namespace.
ROUTES: Final[dict[str, Policy]] = {
    # customers and strangers
    "health": Policy(ANYONE),
    "mail_hook": Policy(ANYONE),  # the word of its address and, where the provider signs, its signature
    "door": Policy(ANYONE),  # the kind verifies the signature of what comes in
    "invitation": Policy(ANYONE),  # a signed link, once, three days
    "first_page": Policy(ANYONE),  # the house's own key, and only while nobody is a member
    "first_company": Policy(ANYONE),
    "first_words": Policy(ANYONE),
    "first_member": Policy(ANYONE),
    "contact": Policy(ANYONE),
    "contact_of": Policy(ANYONE),
    "follow_ups": Policy(ANYONE),  # links go to the address that asks, and to no other
    "follow_up": Policy(ANYONE),  # a signed link, ninety days; so are the next five
    "follow_up_call": Policy(ANYONE),
    "follow_up_writing": Policy(ANYONE),
    "follow_up_end": Policy(ANYONE),
    "follow_up_renewal": Policy(ANYONE),
    "follow_up_file": Policy(ANYONE),
    "privacy": Policy(ANYONE),
    "privacy_of": Policy(ANYONE),
    "legal": Policy(ANYONE),
    "legal_of": Policy(ANYONE),
    "mediator": Policy(ANYONE),
    "mediator_of": Policy(ANYONE),
    "accessibility": Policy(ANYONE),
    "accessibility_of": Policy(ANYONE),
    # members, the workspace
    "home": Policy(SIGNED_IN),
    "conversations": Policy("read conversations"),
    "conversation": Policy("read conversations"),
    "palette": Policy("read conversations"),
    "view_save": Policy("read conversations"),
    "view_delete": Policy("read conversations"),
    "conversation_draft": Policy("note conversations"),
    "conversation_note": Policy("note conversations"),
    "conversation_send": Policy("answer customers"),
    "conversation_unsend": Policy("answer customers"),
    "conversation_files": Policy("answer customers"),
    "draft_file_remove": Policy("answer customers"),
    "conversation_owner": Policy("answer customers"),
    "conversation_snooze": Policy("answer customers"),
    "conversation_resolve": Policy("answer customers"),
    "conversation_reopen": Policy("answer customers"),
    "conversation_need": Policy("answer customers"),
    "conversation_repeat": Policy("answer customers"),
    "conversation_promise": Policy("answer customers"),
    "promise_keep": Policy("answer customers"),
    "promise_withdraw": Policy("answer customers"),
    "conversation_call": Policy("answer customers"),
    "conversation_join": Policy("answer customers"),
    "conversation_author": Policy("answer customers"),
    "words": Policy("read words"),
    "word": Policy("read words"),
    "word_trace": Policy("read words"),
    "word_reading": Policy("answer customers"),
    "correction_undo": Policy("answer customers"),
    "word_html": Policy("read words"),
    "word_bytes": Policy("read words"),
    "attachment": Policy("read words"),
    "customers": Policy("read customers"),
    "customer": Policy("read customers"),
    "customer_merge": Policy("join customers"),
    "customer_split": Policy("join customers"),
    "customer_confirm": Policy("join customers"),
    "resemblance_decide": Policy("join customers"),
    "merge_undo": Policy("join customers"),
    "split_undo": Policy("join customers"),
    "search": Policy("read words"),
    "touchpoints": Policy("read numbers"),
    "touchpoint": Policy("read numbers"),
    "pulse": Policy("read numbers"),
    "pulse_export": Policy("read numbers"),
    "reading_quality": Policy("read numbers"),
    "reading_learn": Policy("keep house"),
    "reading_version": Policy("keep house"),
    "quarantine": Policy("replay arrivals"),
    "quarantine_replay": Policy("replay arrivals"),
    "arrival_replay": Policy("replay arrivals"),
    "arrival_bytes": Policy("replay arrivals"),
    "outgoing": Policy("see outgoing"),
    "outgoing_release": Policy("see outgoing"),
    "outgoing_release_all": Policy("see outgoing"),
    "outgoing_withdraw": Policy("see outgoing"),
    "rules": Policy(SIGNED_IN),
    "specimen": Policy(SIGNED_IN),
    "stream": Policy(SIGNED_IN),
    "presence": Policy("read conversations"),
    "notices": Policy(SIGNED_IN),
    "notices_count": Policy(SIGNED_IN),
    # members, the settings
    "settings": Policy("keep house"),
    "settings_brand": Policy("keep house"),
    "settings_brand_new": Policy("keep house"),
    "settings_hours_all": Policy("keep house"),
    "settings_hours": Policy("keep house"),
    "settings_places": Policy("keep house"),
    "settings_place": Policy("keep house"),
    "settings_teams": Policy("keep house"),
    "settings_team": Policy("keep house"),
    "settings_members": Policy("keep house"),
    "settings_invite": Policy("keep house"),
    "settings_member": Policy("keep house"),
    "settings_member_link": Policy("keep house"),
    "settings_member_role": Policy("keep house"),
    "settings_member_leave": Policy("keep house"),
    "settings_member_back": Policy("keep house"),
    "settings_role_taken": Policy("keep house"),
    "settings_touchpoints": Policy("keep house"),
    "settings_touchpoint_new": Policy("keep house"),
    "settings_touchpoint": Policy("keep house"),
    "settings_touchpoint_opening": Policy("keep house"),
    "settings_sending": Policy("keep house"),
    "settings_records": Policy("keep house"),
    "settings_proof": Policy("keep house"),
    "settings_code": Policy("keep house"),
    "settings_receiving": Policy("keep house"),
    "settings_mailbox_compared": Policy("keep house"),
    "settings_mailbox_left": Policy("keep house"),
    "settings_hook": Policy("keep house"),
    "settings_hook_left": Policy("keep house"),
    "settings_grant": Policy("keep house"),
    "settings_grant_again": Policy("keep house"),
    "settings_grant_back": Policy("keep house"),  # a provider sends people back here: its GET looks, its POST writes
    "first_hours": Policy("keep house"),
    "first_done": Policy("keep house"),
    "saved_replies": Policy("answer customers"),
    "saved_reply": Policy("answer customers"),
    "saved_reply_new": Policy("answer customers"),
    "saved_reply_preview": Policy("answer customers"),
    "saved_reply_removed": Policy("answer customers"),
    # programs, by API key (egards/api/auth.py reads the scope here)
    "api:openapi": Policy(api="any key"),
    "api:post_interaction": Policy(api="interactions:write"),
    "api:post_interactions": Policy(api="interactions:write"),
    "api:arrival": Policy(api="interactions:write"),
    "api:interactions": Policy(api="interactions:read"),
    "api:interaction": Policy(api="interactions:read"),
    "api:touchpoints": Policy(api="interactions:read"),
    "api:webhooks": Policy(api="interactions:read"),
    "api:customer": Policy(api="customers:read"),
    "api:customer_timeline": Policy(api="customers:read"),
}

#: Models without a fence of their own (``in_scope``), and why none is needed; shown in docs/securite/droits.md.
UNFENCED: Final[dict[str, str]] = {
    "accounts.JournalEntry": "identifiants et verbes ; aucune page ne la montre",
    "conversations.SavedView": "retrouvée par son membre, et par lui seul",
    "consent.RefusalCount": "des nombres qui ne parlent de personne",
    "consent.Rule": "la loi et nos règles : tout membre les lit",
    "consent.Wording": "nos propres phrases",
    "core.Erasure": "empreintes à clé ; aucune page ne la montre",
    "core.Happening": "identifiants, lus par la maison seule",
    "core.HouseMark": "une ligne qui dit si la maison est de démonstration ; chaque page le montre",
    "core.LiveEvent": "le flux trie par point de contact ou par membre, pour chaque écran",
    "core.LiveOutbox": "identifiants, lus par la maison seule",
    "customers.HandleUse": "compte les personnes d’une adresse ; lue par la maison seule",
    "customers.Identity": "lue depuis un client à portée, et seulement pour les adresses vues à portée",
    "customers.Merge": "à portée quand ses deux clients le sont",
    "customers.Resemblance": "montrée quand ses deux clients sont à portée",
    "customers.Split": "à portée quand ses deux clients le sont",
    "demo.Told": "le récit de la ville de démonstration : des clés et des nombres",
    "demo.TownHere": "une graine et des dates",
    "egards_api.Bucket": "le rythme d’une clé, sans un mot de personne",
    "egards_api.GivenAnswer": "retrouvée par la clé d’API qui l’a reçue, et par elle seule",
    "interactions.Blob": "des octets, atteints par un arrivage ou une pièce à portée",
    "interactions.ContentKey": "une empreinte à clé, sans contenu",
    "interactions.Handle": "lue depuis un échange à portée, ou une identité",
    "interactions.KnownId": "une empreinte à clé, sans contenu",
    "interactions.Participation": "lue depuis un échange à portée",
    "notifications.Notice": "lue par son membre seul ; elle mène à une conversation à portée, ou ne se montre pas",
    "public.Post": "empreintes sans nom, gardées un jour ; aucune page ne les montre",
    "interactions.Unreachable": "lue depuis une adresse à portée",
    "interactions.Waiting": "une file d’identifiants ; des nombres par point de contact à portée",
}


def may(roles: frozenset[str], act: str) -> bool:
    """Say whether any of the roles gives the act."""
    return act == SIGNED_IN or any(act in ACTS[role] for role in roles)
