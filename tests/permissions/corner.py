"""A corner of the town: one of everything at a brand, or at a place of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from egards.accounts.models import Brand, Place
from egards.api.models import WebhookEndpoint
from egards.customers.models import Customer, Merge, Resemblance, Split
from egards.interactions.models import Arrival, Attachment, Interaction
from egards.interactions.models import Delivery as Outgoing
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Correction
from tests.permissions.settings_town import Kept


@dataclass(frozen=True)
class Corner:
    """One of everything at a brand, or at a place of it. ``said`` stands in every customer's word, address and file
    here and nowhere else; ``called`` in the names of the brand's things.
    """

    brand: Brand
    place: Place | None
    said: str
    called: str
    posts: Touchpoint
    button: Touchpoint
    word: Interaction
    attachment: Attachment
    correction: Correction
    customer: Customer
    other: Customer
    merge: Merge
    split: Split
    alike: Resemblance
    held: Arrival
    letter: Outgoing
    webhook: WebhookEndpoint
    kept: Kept

    def __str__(self) -> str:
        return self.called

    @property
    def words(self) -> frozenset[str]:
        """The ids of what customers said here, and of themselves."""
        people = (self.customer, self.other, self.merge, self.split, self.alike)
        rows = (self.word, self.attachment, self.correction, *people, self.held, self.letter)
        return frozenset(str(row.pk) for row in rows)


@dataclass(frozen=True)
class Body:
    """What a route takes: a form, or bytes of a type; ``ids`` are the form's fields that name rows."""

    data: Mapping[str, str] | bytes = field(default_factory=dict)
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
