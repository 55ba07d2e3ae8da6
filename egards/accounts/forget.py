"""What the accounts floor may have to forget: nothing of a customer."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

_MEMBERS = "paroles de membres sur eux-mêmes, retirées avec leur compte ; rien d’un client"

PLACES: tuple[Place, ...] = (
    SilentPlace("accounts_brand", "noms des marques et façons de les joindre"),
    SilentPlace("accounts_hours", "horaires d’ouverture"),
    SilentPlace("accounts_place", "noms des lieux"),
    SilentPlace("accounts_team", "noms des équipes"),
    SilentPlace("accounts_member", _MEMBERS),
    SilentPlace("accounts_role", "qui fait quoi chez nous"),
    SilentPlace("accounts_journalentry", "verbes, identifiants et nombres seulement"),
    SilentPlace("account_emailaddress", _MEMBERS),
    SilentPlace("account_emailconfirmation", _MEMBERS),
    SilentPlace("mfa_authenticator", _MEMBERS),
    SilentPlace("auth_group", "table de Django, vide ici"),
    SilentPlace("auth_group_permissions", "table de Django, vide ici"),
    SilentPlace("auth_permission", "noms de droits de Django"),
    SilentPlace("django_session", "sessions des membres : identifiants et date, deux semaines au plus"),
)
