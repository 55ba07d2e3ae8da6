"""Forgetting a person: the proofs lose their name and keep their keyed hash; what only described them goes.

An objection outlives its person by the keyed hash of their addresses (the suppression list): an address that comes
back is still left in peace. Consents and permits stay as proof that we were allowed (GDPR art. 17.3.e), about nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models, transaction
from django.db.models import Q

from egards.consent.models import Consent, Contract, Hold, Objection, Permit, Residence, Withdrawal
from egards.core.forget import ErasablePlace, Person, SilentPlace

Row = dict[str, object]


@transaction.atomic
def erase_consents(person: Person) -> int:
    """Take the name off the person's consents. One given for no particular address keeps its date and wording."""
    with _Forgetting():
        return Consent.objects.filter(customer_id__in=person.customer_ids).update(
            customer=None, source_id=None, by=None
        )


@transaction.atomic
def erase_objections(person: Person) -> int:
    """Take the name off the person's objections; delete those that no address keeps alive."""
    theirs = Objection.objects.filter(customer_id__in=person.customer_ids)
    nameless = theirs.filter(handle_digest=None)
    with _Forgetting():
        Withdrawal.objects.filter(objection__in=nameless).delete()
        deleted, _ = nameless.delete()
        return deleted + theirs.update(customer=None, source_id=None, by=None)


@transaction.atomic
def erase_permits(person: Person) -> int:
    """Take the name off the person's permits, and the word that each followed from."""
    with _Forgetting():
        return Permit.objects.filter(customer_id__in=person.customer_ids).update(customer=None, cause_id=None)


def erase_descriptions(model: type[Hold] | type[Contract] | type[Residence], person: Person) -> int:
    """Delete what only described the person."""
    deleted, _ = model.objects.filter(customer_id__in=person.customer_ids).delete()
    return deleted


def export_said(model: type[Consent] | type[Objection], person: Person) -> Sequence[Row]:
    """Return what the person agreed to or refused, with when, how, and since when no longer."""
    digests = list(person.handle_digests)
    theirs = model.objects.filter(Q(customer_id__in=person.customer_ids) | Q(handle_digest__in=digests))
    extra = ("wording__text",) if model is Consent else ()
    return _rows(theirs, "purpose", "medium", "at", "source", "withdrawal__at", *extra)


def export_permits(person: Person) -> Sequence[Row]:
    """Return every contact that was permitted, with the rule that allowed it."""
    theirs = Permit.objects.filter(customer_id__in=person.customer_ids)
    return _rows(theirs, "medium", "purpose", "moment", "points", "rule__code", "rule__version", "rule__text_fr")


def _rows(queryset: models.QuerySet[models.Model], *columns: str) -> list[Row]:
    rows = queryset.order_by("pk").values(*columns)
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


class _Forgetting:
    """Within it, the guards of the proofs let this transaction through."""

    def __enter__(self) -> None:
        _say("yes")

    def __exit__(self, *exc: object) -> None:
        if exc[0] is None:  # after an error the transaction is rolled back, and the setting with it
            _say("no")


def _say(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('egards.forgetting', %s, true)", [word])


def _described(model: type[Hold] | type[Contract] | type[Residence], *columns: str) -> ErasablePlace:
    return ErasablePlace(
        model._meta.db_table,
        lambda person: erase_descriptions(model, person),
        lambda person: _rows(model.objects.filter(customer_id__in=person.customer_ids), *columns),
    )


PLACES: list[ErasablePlace | SilentPlace] = [
    ErasablePlace("consent_consent", erase_consents, lambda person: export_said(Consent, person)),
    ErasablePlace("consent_objection", erase_objections, lambda person: export_said(Objection, person)),
    ErasablePlace("consent_permit", erase_permits, export_permits),
    _described(Hold, "scope", "why", "at", "until", "released_at"),
    _described(Contract, "covers", "is_informed", "starts_on", "ends_on"),
    _described(Residence, "zone", "department", "source", "at"),
    SilentPlace("consent_withdrawal", "Dates that belong to a consent or an objection, which their places export."),
    SilentPlace("consent_rule", "The law and the house's rules: about nobody."),
    SilentPlace("consent_wording", "Sentences that the house wrote: about nobody."),
    SilentPlace("consent_refusalcount", "Counts per day: about nobody."),
]
