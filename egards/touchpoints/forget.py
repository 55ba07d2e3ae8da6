"""What the touchpoints floor may have to forget: nothing."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("touchpoints_touchpoint", "réglages des points de contact, écrits par des membres"),
    SilentPlace("touchpoints_mailbox", "réglages des boîtes lues, et nos propres phrases sur ce qui ne va pas"),
    SilentPlace(
        "touchpoints_grant", "l’accord d’un fournisseur d’e-mail : le nom d’une boîte à nous, des secrets chiffrés"
    ),
    SilentPlace("touchpoints_hook", "le nom d’un fournisseur d’e-mail et des secrets chiffrés"),
    SilentPlace("touchpoints_cursor", "des numéros : jusqu’où une boîte a été lue"),
    SilentPlace("touchpoints_leftthere", "des numéros et nos propres phrases : ce qui est resté sur un serveur"),
)
