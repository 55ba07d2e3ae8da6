"""What customers add to « Suivez un mot »: why this word is this person's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.accounts.scope import Scope
from egards.core.trace import Line
from egards.customers.models import Customer, Identity, Merge, Split, TimelineEntry
from egards.interactions.models import Interaction, Participation
from egards.interactions.wording import proof_label, shown_handle


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return the links from the author's addresses to a customer, then joins and separations that moved the word."""
    handles = Participation.objects.filter(interaction=interaction, role="author").values("handle_id")
    identities = Identity.objects.filter(handle_id__in=handles).select_related("handle", "customer")
    links = [_link(identity) for identity in identities.order_by("at", "id")]
    if not links:
        return [Line(None, _("Belongs to nobody yet"), _("It carries no address that could be read."))]
    entry = TimelineEntry.objects.within(scope).filter(ref=interaction.pk).select_related("customer").first()
    return links + (_moves(entry.customer, entry) if entry else [])


def _link(identity: Identity) -> Line:
    said = {"address": shown_handle(identity.handle), "customer": str(identity.customer)}
    sentence = _("%(address)s was %(customer)s’s") if identity.ended_at else _("%(address)s is %(customer)s’s")
    detail = proof_label(identity.proof)
    if identity.handle.is_shared:
        detail += ", " + _("seen with more than five people: it links nobody any more")
    return Line(identity.at, sentence % said, detail, identity.customer_id)


def _moves(customer: Customer, entry: TimelineEntry) -> list[Line]:
    family = {customer.pk, customer.merged_into_id or customer.pk}
    merges = Merge.objects.filter(joined_id__in=family).select_related("kept", "joined").order_by("at")
    splits = Split.objects.filter(entries__contains=[entry.pk]).select_related("source", "made").order_by("at")
    rows: list[Merge | Split] = [*merges, *splits]
    by = _names({row.by for row in rows} | {row.undone_by for row in rows})
    lines = []
    for merge in merges:
        said = {"joined": str(merge.joined), "kept": str(merge.kept)}
        lines.append(Line(merge.at, _("%(joined)s was joined to %(kept)s") % said, by.get(merge.by, ""), merge.kept_id))
        if merge.undone_at:
            lines.append(Line(merge.undone_at, _("That join was undone"), by.get(merge.undone_by, ""), merge.joined_id))
    for split in splits:
        said = {"made": str(split.made), "source": str(split.source)}
        lines.append(Line(split.at, _("Separated from %(source)s") % said, by.get(split.by, ""), split.made_id))
        if split.undone_at:
            lines.append(Line(split.undone_at, _("That separation was undone"), by.get(split.undone_by, "")))
    return lines


def _names(ids: set[object]) -> dict[object, str]:
    return {m.pk: _("by %(name)s") % {"name": m.name} for m in Member.objects.filter(pk__in=[i for i in ids if i])}
