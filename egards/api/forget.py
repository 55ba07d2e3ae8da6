"""Nothing here holds a customer's word: what programs send goes through the doors, what they are told is ids."""

from __future__ import annotations

from egards.core.forget import SilentPlace

PLACES = (
    SilentPlace("egards_api_apikey", "Des programmes et leurs clés, sous empreinte ; aucune personne."),
    SilentPlace("egards_api_bucket", "Des nombres et une date par clé de programme ; aucune personne."),
    SilentPlace("egards_api_givenanswer", "Des identifiants et nos propres phrases ; les clés sous empreinte."),
    SilentPlace("egards_api_webhookendpoint", "L’adresse d’un programme, et son secret chiffré."),
    SilentPlace("egards_api_webhookdelivery", "Des identifiants, des dates et des codes."),
)
