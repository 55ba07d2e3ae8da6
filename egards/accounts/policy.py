"""Who may do what: one page. A route that is not written here answers 404 to everybody, and fails CI.

Members hold roles (``accounts.Role``); a role gives *acts*, within the scope of its brand and place. Routes name the
act they ask for. API keys hold API scopes instead of acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANYONE: Final = "anyone"  # customers, strangers: the page itself asks for a signed token where it must
SIGNED_IN: Final = "signed in"  # any active member, about themselves

#: What each role may do, within its brand and place.
ACTS: Final[dict[str, frozenset[str]]] = {
    "adviser": frozenset({"read words", "read customers", "join customers"}),
    "manager": frozenset({"read words", "read customers", "join customers", "read numbers", "replay arrivals"}),
    "store": frozenset({"read words", "read customers"}),
    "expert": frozenset({"read words"}),
    "people": frozenset({"read numbers"}),
    "data": frozenset({"read words", "read customers", "read numbers", "forget customers"}),
    "admin": frozenset(
        {
            "read words",
            "read customers",
            "join customers",
            "read numbers",
            "replay arrivals",
            "forget customers",
            "keep house",
        }
    ),
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
    "door": Policy(ANYONE),  # the kind verifies the signature of what comes in
    # members, the workspace
    "home": Policy(SIGNED_IN),
    "words": Policy("read words"),
    "word": Policy("read words"),
    "word_trace": Policy("read words"),
    "word_html": Policy("read words"),
    "word_bytes": Policy("read words"),
    "attachment": Policy("read words"),
    "customers": Policy("read customers"),
    "customer": Policy("read customers"),
    "customer_merge": Policy("join customers"),
    "customer_split": Policy("join customers"),
    "merge_undo": Policy("join customers"),
    "split_undo": Policy("join customers"),
    "search": Policy("read words"),
    "touchpoints": Policy("read numbers"),
    "touchpoint": Policy("read numbers"),
    "quarantine": Policy("replay arrivals"),
    "quarantine_replay": Policy("replay arrivals"),
    "arrival_replay": Policy("replay arrivals"),
    "arrival_bytes": Policy("replay arrivals"),
    "rules": Policy(SIGNED_IN),
    "stream": Policy(SIGNED_IN),
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
    "consent.RefusalCount": "des nombres qui ne parlent de personne",
    "consent.Rule": "la loi et nos règles : tout membre les lit",
    "consent.Wording": "nos propres phrases",
    "core.Erasure": "empreintes à clé ; aucune page ne la montre",
    "core.Happening": "identifiants, lus par la maison seule",
    "core.LiveEvent": "le flux trie par point de contact, pour chaque écran",
    "core.LiveOutbox": "identifiants, lus par la maison seule",
    "customers.HandleUse": "compte les personnes d’une adresse ; lue par la maison seule",
    "customers.Identity": "lue depuis un client à portée, et seulement pour les adresses vues à portée",
    "customers.Merge": "à portée quand ses deux clients le sont",
    "customers.Resemblance": "montrée quand ses deux clients sont à portée",
    "customers.Split": "à portée quand ses deux clients le sont",
    "egards_api.Bucket": "le rythme d’une clé, sans un mot de personne",
    "egards_api.GivenAnswer": "retrouvée par la clé d’API qui l’a reçue, et par elle seule",
    "interactions.Blob": "des octets, atteints par un arrivage ou une pièce à portée",
    "interactions.ContentKey": "une empreinte à clé, sans contenu",
    "interactions.Handle": "lue depuis un échange à portée, ou une identité",
    "interactions.Participation": "lue depuis un échange à portée",
    "interactions.Waiting": "une file d’identifiants ; des nombres par point de contact à portée",
}


def may(roles: frozenset[str], act: str) -> bool:
    """Say whether any of the roles gives the act."""
    return act == SIGNED_IN or any(act in ACTS[role] for role in roles)
