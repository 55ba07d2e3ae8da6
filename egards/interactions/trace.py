"""What interactions add to « Suivez un mot »: bytes, arrivals, what was recorded, who took part."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egards.accounts.scope import Scope
from egards.core.french import weight
from egards.core.trace import Line
from egards.interactions.models import Arrival, Attachment, Content, Delivery, Interaction, Mode, Outcome, Participation
from egards.interactions.nowhere import NOWHERE
from egards.interactions.wording import proof_label, role_label, shown_handle


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return the facts of a word, in the order in which they came about."""
    return [
        *_arrival_lines(interaction, scope),
        *_recorded_lines(interaction),
        *_party_lines(interaction),
        *_content_lines(interaction, scope),
        *_attachment_lines(interaction, scope),
        *_delivery_lines(interaction, scope),
    ]


def _arrival_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    mine = Q(pk=interaction.arrival_id) | Q(outcome__interaction=interaction)
    arrivals = Arrival.objects.within(scope).filter(mine).select_related("touchpoint", "blob", "batch", "outcome")
    lines = []
    for arrival in arrivals.order_by("received_at", "id"):
        is_first = arrival.pk == interaction.arrival_id
        said = _("Came in at %(place)s") if is_first else _("Came again at %(place)s: the same word, kept once")
        lines.append(Line(arrival.received_at, said % {"place": arrival.touchpoint.name}, _bytes(arrival), arrival.pk))
        lines.append(Line(_counted_at(arrival), _counted(arrival)))
    return lines


def _bytes(arrival: Arrival) -> str:
    found = [
        _("%(weight)s kept as they came") % {"weight": weight(arrival.blob.size)},
        _("keyed hash %(hash)s") % {"hash": bytes(arrival.blob.digest).hex()},
    ]
    if arrival.batch:
        source = {"source": arrival.batch.source, "position": arrival.position}
        found.append(_("from %(source)s, position %(position)s") % source)
    return ", ".join(found)


def _counted_at(arrival: Arrival) -> datetime | None:
    outcome: Outcome | None = getattr(arrival, "outcome", None)
    return outcome.at if outcome else None


def _counted(arrival: Arrival) -> str:
    outcome = getattr(arrival, "outcome", None)
    said = {
        Outcome.Status.STORED: _("Counted as received and kept at %(place)s"),
        Outcome.Status.DUPLICATE: _("Counted as received and duplicate at %(place)s"),
        Outcome.Status.QUARANTINED: _("Counted as received and in quarantine at %(place)s"),
    }
    sentence = said[Outcome.Status(outcome.status)] if outcome else _("Counted as received and waiting at %(place)s")
    return sentence % {"place": arrival.touchpoint.name}


def _recorded_lines(interaction: Interaction) -> list[Line]:
    late = interaction.arrival is not None and interaction.arrival.mode != interaction.mode
    if interaction.mode == Mode.LIVE:
        detail = _("Live: it opens what follows.")
    elif late:
        detail = _("It came live but says it is older than seven days: treated as history, nothing follows from it.")
    else:
        detail = _("History: recorded and read, nothing follows from it.")
    lines = [
        Line(interaction.happened_at, _("Said, by its own account"), _("Kept between the year 2000 and its receipt.")),
        Line(interaction.recorded_at, _("Recorded, once"), detail, interaction.pk),
    ]
    if interaction.is_automatic:
        lines.append(Line(None, _("Written by a machine or sent to a list"), _("It is never answered by a machine.")))
    return lines


def _party_lines(interaction: Interaction) -> list[Line]:
    parties = Participation.objects.filter(interaction=interaction).select_related("handle").order_by("id")
    return [
        Line(
            None,
            _("%(who)s: %(address)s") % {"who": role_label(party.role), "address": shown_handle(party.handle)},
            proof_label(party.proof),
        )
        for party in parties
    ]


def _content_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    content = Content.objects.within(scope).filter(pk=interaction.pk).first()
    if content is None:
        return []
    return [Line(None, _("Could not be read as it should"), str(problem)) for problem in content.problems]


def _attachment_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    files = Attachment.objects.filter(Attachment.in_scope(scope), interaction=interaction).select_related("blob")
    return [
        Line(
            None, _("Attachment: %(name)s") % {"name": file.name or _("without name")}, weight(file.blob.size), file.pk
        )
        for file in files.order_by("id")
    ]


def _delivery_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """How far a word of ours went, with how many tries, and why not further."""
    delivery = Delivery.objects.within(scope).filter(interaction=interaction).select_related("handle").first()
    if delivery is None:
        return []
    said = {
        Delivery.State.WAITING: _("Waits to be sent to %(address)s"),
        Delivery.State.SENT: _("Sent to %(address)s"),
        Delivery.State.FAILED: _("Could not be sent to %(address)s"),
        Delivery.State.HELD: _("Held back, for %(address)s"),
        Delivery.State.WITHDRAWN: _("Withdrawn before it was sent to %(address)s"),
    }[Delivery.State(delivery.state)]
    if delivery.provider_id == NOWHERE.provider_id:
        said = _("Would have been sent to %(address)s: a demo sends nothing")
    tries = ngettext("%(n)s try", "%(n)s tries", delivery.tries) % {"n": delivery.tries} if delivery.tries else ""
    doubt = _("The line broke at the end of a try: it may have left already.") if delivery.is_uncertain else ""
    detail = " ".join(part for part in (tries and f"{tries}.", delivery.error, doubt) if part)
    at = delivery.sent_at or delivery.made_at
    return [Line(at, said % {"address": shown_handle(delivery.handle)}, detail, delivery.pk)]
