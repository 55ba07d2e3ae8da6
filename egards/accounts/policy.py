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
    "security_txt": Policy(ANYONE),
    "set_language": Policy(ANYONE),
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


def may(roles: frozenset[str], act: str) -> bool:
    """Say whether any of the roles gives the act."""
    return act == SIGNED_IN or any(act in ACTS[role] for role in roles)
