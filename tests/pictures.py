"""A canonical picture of a house after an import: without ids or moments of ours, so that two ways there compare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.houses import House

#: The only tables an archive fills; a row anywhere else is an effect that an archive may not have.
FILLED = frozenset(
    {
        *("accounts_brand", "catalogue_product", "touchpoints_touchpoint"),
        *("interactions_arrival", "interactions_attachment", "interactions_batch", "interactions_blob"),
        *("interactions_content", "interactions_contentkey", "interactions_handle", "interactions_interaction"),
        *("interactions_knownid", "interactions_outcome", "interactions_participation", "interactions_tally"),
        *("customers_customer", "customers_identity", "customers_handleuse", "customers_resemblance"),
        *("customers_timelineentry", "understanding_reading", "core_liveoutbox", "core_liveevent"),
        *("measures_touchedday", "measures_dayfigure", "measures_themefigure"),
        *("django_migrations", "django_content_type", "auth_permission", "consent_rule"),  # made with the schema
    }
)

_ARRIVALS = """
SELECT t.slug, a.transport_key, b.digest, a.position, a.mode, s.source, s.options
FROM interactions_arrival a JOIN touchpoints_touchpoint t ON t.id = a.touchpoint_id
JOIN interactions_blob b ON b.id = a.blob_id JOIN interactions_batch s ON s.id = a.batch_id
"""
_OUTCOMES = """
SELECT a.transport_key, o.status, o.reason, k.key
FROM interactions_outcome o JOIN interactions_arrival a ON a.id = o.arrival_id
LEFT JOIN interactions_contentkey k ON k.interaction_id = o.interaction_id
"""
# A word that says no date, or one to come, takes the moment of its receipt, which is not the same twice.
_INTERACTIONS = """
SELECT k.key, a.transport_key, i.direction, i.mode, nullif(i.happened_at, i.received_at), i.is_automatic,
       i.score, i.scale_low, i.scale_high, p.name, i.place_id
FROM interactions_interaction i LEFT JOIN interactions_contentkey k ON k.interaction_id = i.id
LEFT JOIN interactions_arrival a ON a.id = i.arrival_id LEFT JOIN catalogue_product p ON p.id = i.product_id
"""
_CONTENTS = """
SELECT k.key, c.subject, c.text, c.html, c.facts, c.problems, c.search
FROM interactions_content c LEFT JOIN interactions_contentkey k USING (interaction_id)
"""
_PARTICIPATIONS = """
SELECT k.key, h.digest, p.role, p.proof FROM interactions_participation p
JOIN interactions_handle h ON h.id = p.handle_id LEFT JOIN interactions_contentkey k USING (interaction_id)
"""
_ATTACHMENTS = """
SELECT k.key, b.digest, x.name, x.content_type, x.content_id FROM interactions_attachment x
JOIN interactions_blob b ON b.id = x.blob_id LEFT JOIN interactions_contentkey k USING (interaction_id)
"""
_READINGS = """
SELECT k.key, r.engine, r.version, r.is_current, r.language, r.polarity, r.is_ambiguous, r.margin, r.urgency,
       r.intents, r.theme_slugs, r.themes, r.reasons
FROM understanding_reading r LEFT JOIN interactions_contentkey k ON k.interaction_id = r.content_id
"""
# A customer is known here by the handles that lead to them.
_WHO = """
SELECT c.id, c.name, c.merged_into_id IS NULL AS is_root,
       array(SELECT h.digest FROM customers_identity y JOIN interactions_handle h ON h.id = y.handle_id
             WHERE y.customer_id = c.id AND y.ended_at IS NULL ORDER BY 1) AS handles
FROM customers_customer c
"""
_CUSTOMERS = f"""
SELECT w.name, w.is_root, w.handles, (SELECT count(*) FROM customers_timelineentry e WHERE e.customer_id = w.id)
FROM ({_WHO}) w
"""
_TIMELINE = f"""
SELECT w.handles, e.kind, k.key FROM customers_timelineentry e JOIN ({_WHO}) w ON w.id = e.customer_id
LEFT JOIN interactions_contentkey k ON k.interaction_id = e.ref
"""
_RESEMBLANCES = f"""
SELECT h.digest, w.handles FROM customers_resemblance r JOIN interactions_handle h ON h.id = r.handle_id
JOIN ({_WHO}) w ON w.id = r.customer_id
"""
VIEWS = {
    "arrivals": _ARRIVALS,
    "outcomes": _OUTCOMES,
    "interactions": _INTERACTIONS,
    "contents": _CONTENTS,
    "content keys": "SELECT key FROM interactions_contentkey",
    "known ids": "SELECT digest FROM interactions_knownid",
    "participations": _PARTICIPATIONS,
    "handles": "SELECT kind, digest, value, name, is_shared FROM interactions_handle",
    "attachments": _ATTACHMENTS,
    "bytes": "SELECT digest, size, sha256(data), path FROM interactions_blob",
    "readings": _READINGS,
    "customers": _CUSTOMERS,
    "timeline": _TIMELINE,
    "resemblances": _RESEMBLANCES,
    "tallies": "SELECT t.slug, y.status, sum(y.n) FROM interactions_tally y"
    " JOIN touchpoints_touchpoint t ON t.id = y.touchpoint_id GROUP BY 1, 2",
    "touchpoints": "SELECT kind, name, slug FROM touchpoints_touchpoint",
    "products": "SELECT name, slug FROM catalogue_product",
}


def picture_of(house: House) -> dict[str, tuple[int, str]]:
    """Return, for each view, how many rows it has and a hash of them all. Equal pictures are equal houses."""
    return {
        name: (rows[0][0], rows[0][1])
        for name, view in VIEWS.items()
        if (rows := house.ask(f"SELECT count(*), md5(string_agg(r::text, '|' ORDER BY r::text)) FROM ({view}) r"))
    }


def effects_in(house: House) -> dict[str, int]:
    """Return the tables, other than those an archive fills, that have rows: deliveries, permits, jobs, promises…"""
    tables = house.ask("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
    counts = {name: house.count(name) for (name,) in sorted(tables) if name not in FILLED}
    return {name: n for name, n in counts.items() if n}


@dataclass(frozen=True)
class Law:
    """The figures that were appended, and the same counted row by row."""

    told: dict[str, int]
    counted: dict[str, int]
    waiting: int

    @property
    def holds(self) -> bool:
        """received = stored + duplicate + quarantined, waiting = 0, and the appended figures are those of the rows."""
        ends = sum(n for status, n in self.counted.items() if status != "received")
        return self.told == self.counted and self.counted.get("received", 0) == ends and self.waiting == 0


def law_of(house: House) -> Law:
    """Return the house's law, read without the product's own code."""
    told = dict(house.ask("SELECT status, sum(n)::int FROM interactions_tally GROUP BY 1"))
    counted = dict(house.ask("SELECT status, count(*)::int FROM interactions_outcome GROUP BY 1"))
    if received := house.count("interactions_arrival"):
        counted["received"] = received
    return Law(told, counted, house.count("interactions_waiting"))


def lost_and_doubled(house: House, files: list[Path]) -> tuple[int, int]:
    """Return how many files have no arrival with their very bytes, and how many bytes were made several words of.

    Only for mail, where a file is a delivery and a word.
    """
    kept = {digest for (digest,) in house.ask("SELECT sha256(data) FROM interactions_blob WHERE data IS NOT NULL")}
    large = [
        house.home / "blobs" / path for (path,) in house.ask("SELECT path FROM interactions_blob WHERE path <> ''")
    ]
    kept |= {hashlib.sha256(path.read_bytes()).digest() for path in large}
    lost = sum(hashlib.sha256(path.read_bytes()).digest() not in kept for path in files)
    doubled = house.ask(
        "SELECT count(*) FROM (SELECT a.blob_id FROM interactions_interaction i"
        " JOIN interactions_arrival a ON a.id = i.arrival_id GROUP BY 1 HAVING count(*) > 1) d"
    )
    return lost, int(doubled[0][0])


def strange_files(house: House) -> list[str]:
    """Return what below the blobs folder no row knows, half-written files included, and rows whose file is missing."""
    folder = house.home / "blobs"
    files = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()
    )
    return sorted(files ^ {path for (path,) in house.ask("SELECT path FROM interactions_blob WHERE path <> ''")})
