"""``docs/securite/droits.md``, made from the policy table: ``python -m tests.permissions.page`` writes it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from egards.accounts.policy import ACTS, ANYONE, ROUTES, SIGNED_IN, UNFENCED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "securite" / "droits.md"

ROLES: Mapping[str, str] = {
    "adviser": "conseiller",
    "manager": "responsable",
    "store": "magasin",
    "expert": "expert",
    "people": "équipes",
    "data": "protection des données",
    "admin": "administrateur",
}
DEEDS: Mapping[str, str] = {
    "read words": "lire les échanges",
    "read conversations": "lire les conversations",
    "note conversations": "écrire une note entre nous",
    "answer customers": "répondre aux clients, promettre, résoudre",
    "read customers": "lire les clients",
    "join customers": "réunir et séparer des clients",
    "read numbers": "lire les chiffres",
    "replay arrivals": "relire la quarantaine",
    "see outgoing": "voir ce qui part, le laisser partir ou non",
    "forget customers": "oublier un client",
    "keep house": "tenir la maison",
    SIGNED_IN: "tout membre actif",
    ANYONE: "tout le monde",
}

_TOP = """# Qui a le droit de quoi

Cette page est écrite par `python -m tests.permissions.page` d’après `egards/accounts/policy.py` ; un test refuse
qu’elle soit en retard. Ne la modifiez pas à la main.

## Comment c’est tenu

- **Une seule table.** Chaque adresse a sa ligne dans `ROUTES`. Sans ligne, elle répond 404 à tout le monde, et les
  tests échouent en la nommant.
- **Un acte, quelque part.** Un rôle donne des actes dans sa marque, ou dans un seul lieu. Deux rôles ne s’étendent pas
  l’un l’autre : conseiller d’une marque et vendeur dans un lieu d’une autre, on voit la première et ce lieu-là.
- **Ce qui est ailleurs n’existe pas.** La réponse est la même, au caractère près, que pour un numéro qui n’a jamais
  existé. Un inconnu est envoyé à la page de connexion.
- **Lire ne change rien.** Aucun GET n’écrit, hors l’état de la visite.
- **Une clé ouvre une marque.** Un programme sans clé valable reçoit 401, sans la bonne portée 403, ailleurs 404.
- **Rien n’est tenu à la main.** `tests/permissions` demande à Django toutes ses adresses et toutes leurs méthodes, et
  les parcourt comme inconnu, comme chaque rôle des deux marques, comme membre lié à un lieu, comme membre parti, comme
  programme. Une adresse que ces tests ne savent pas remplir les fait échouer.
"""


def rights_page() -> str:
    """Return the page: what each role may do, who may open each address, and what no fence surrounds."""
    return "\n".join([_TOP, *_roles(), "", *_routes(), "", *_unfenced(), ""])


def _roles() -> list[str]:
    deeds = [deed for deed in DEEDS if deed not in (SIGNED_IN, ANYONE)]
    lines = ["## Ce que donne chaque rôle", "", "| Acte | " + " | ".join(ROLES[r] for r in ACTS) + " |"]
    lines.append("|---|" + ":-:|" * len(ACTS))
    for deed in deeds:
        lines.append(f"| {DEEDS[deed]} | " + " | ".join("oui" if deed in acts else "" for acts in ACTS.values()) + " |")
    return lines


def _routes() -> list[str]:
    lines = ["## Qui ouvre chaque adresse", "", "| Adresse | Il faut |", "|---|---|"]
    for name, policy in sorted(ROUTES.items()):
        needed = DEEDS[policy.act] if policy.act else f"une clé, portée `{policy.api}`"
        lines.append(f"| `{name}` | {'une clé valable' if policy.api == 'any key' else needed} |")
    return [
        *lines,
        "",
        "Les pages de connexion et de second facteur (`account_…`, `mfa_…`) se gardent elles-mêmes ; la liste de ce "
        "qu’un inconnu peut lire est dans `tests/permissions/test_walk.py`.",
    ]


def _unfenced() -> list[str]:
    lines = ["## Ce qui n’a pas de clôture, et pourquoi", "", "| Table | Raison |", "|---|---|"]
    return lines + [f"| `{model}` | {why} |" for model, why in sorted(UNFENCED.items())]


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(rights_page(), encoding="utf-8")
