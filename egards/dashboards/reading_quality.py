"""How well words are read, as far as members said so: coverage, corrections, versions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from egards.accounts.scope import Scope
from egards.core.french import number, percent
from egards.interactions.models import Interaction
from egards.statistics.intervals import wilson
from egards.understanding.models import Correction, InForce, Reading, Version
from egards.understanding.teaching import corrections_said
from egards.understanding.wording import intent_label, theme_label

#: How far back coverage looks.
DAYS = 30
#: A share of fewer is told as « 3 of 4 », without an interval.
_ENOUGH = 10
_MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Ratio:
    """Some of n: « 43 of 50, 86 % (74 to 93) »."""

    some: int
    n: int

    @property
    def counts(self) -> str:
        """How many of how many."""
        if not self.n:
            return "—"
        return _("%(some)s of %(n)s") % {"some": number(self.some), "n": number(self.n)}

    @property
    def share(self) -> str:
        """The share; empty where there are too few for one."""
        return percent(self.some / self.n) if self.n >= _ENOUGH else ""

    @property
    def interval(self) -> str:
        """Wilson's interval, 95 %; empty where there are too few for one."""
        if self.n < _ENOUGH:
            return ""
        low, high = wilson(self.some, self.n)
        return _("%(low)s to %(high)s") % {"low": number(100 * low), "high": percent(high)}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing read, by each engine in turn."""

    name: str
    ratios: Sequence[Ratio]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A theme or an intention: how often members say it, and what each engine finds and tells wrongly."""

    name: str
    said: int
    found: Sequence[Ratio]
    right: Sequence[Ratio]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list, or the engine as shipped (``number`` 0)."""

    number: int
    name: str
    made_at: datetime | None
    corrections: int
    mistakes: tuple[int, int] | None
    changed: Ratio | None
    is_in_force: bool
    since: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything the page shows."""

    covered: Ratio
    corrected: Ratio
    corrections: int
    missing: int
    in_force: VersionRow
    latest: Version | None
    engines: Sequence[str]
    rows: Sequence[Row]
    themes: Sequence[LabelRow]
    intents: Sequence[LabelRow]
    versions: Sequence[VersionRow]


def quality(scope: Scope, *, at: datetime) -> Quality:
    """Return how words are read: coverage and corrections within ``scope``, versions of the whole house."""
    versions = list(Version.objects.order_by("-number")[:_MOST_VERSIONS])
    use = InForce.objects.select_related("version", "by").first()
    latest = versions[0] if versions else None
    said = corrections_said()
    rows = [*(_version_row(one, use) for one in versions), _version_row(None, use)]
    return Quality(
        covered=_covered(scope, at),
        corrected=_corrected(scope),
        corrections=said.standing,
        missing=said.missing,
        in_force=next((row for row in rows if row.is_in_force), _version_row(use.version if use else None, use)),
        latest=latest,
        engines=_engines(latest) if latest else (),
        rows=list(_rows(latest.figures)) if latest else (),
        themes=list(_labels(latest.figures, "theme")) if latest else (),
        intents=list(_labels(latest.figures, "intent")) if latest else (),
        versions=rows,
    )


def _covered(scope: Scope, at: datetime) -> Ratio:
    """Customers' words of the last days in which a theme was found."""
    read = Reading.objects.within(scope).filter(is_current=True, content__at__gte=at - timedelta(days=DAYS))
    heard = read.filter(content__interaction__direction=Interaction.Direction.IN)
    counted = heard.aggregate(n=Count("pk"), some=Count("pk", filter=~Q(theme_slugs=[])))
    return Ratio(counted["some"], counted["n"])


def _corrected(scope: Scope) -> Ratio:
    """Of what members looked at and said something of, what they changed."""
    said = Correction.objects.within(scope).filter(undone_at=None).exclude(after={})
    counted = said.aggregate(n=Count("pk"), same=Count("pk", filter=Q(before=F("after"))))
    return Ratio(counted["n"] - counted["same"], counted["n"])


def _version_row(version: Version | None, use: InForce | None) -> VersionRow:
    is_in_force = (use.version_id if use else None) == (version.pk if version else None)
    figures: Mapping[str, Any] = version.figures if version else {}
    return VersionRow(
        number=version.number if version else 0,
        name=_("Version %(number)s") % {"number": version.number} if version else _("As shipped"),
        made_at=version.made_at if version else None,
        corrections=version.corrections if version else 0,
        mistakes=(figures["shipped"]["mistakes"], figures["after"]["mistakes"]) if version else None,
        changed=Ratio(figures["changed"], figures["supposed"]) if version else None,
        is_in_force=is_in_force,
        since=use.at if use and is_in_force else None,
        by=use.by.name if use and use.by and is_in_force else "",
    )


def _engines(latest: Version) -> list[str]:
    """The columns: as shipped, the version in force when this one was made, this one."""
    before = latest.figures["before_number"]
    names = [_("As shipped"), _("Version %(number)s") % {"number": latest.number}]
    return [names[0], _("Version %(number)s") % {"number": before}, names[1]] if before else names


def _tallies(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [figures[name] for name in ("shipped", *(["before"] if figures["before_number"] else []), "after")]


def _rows(figures: Mapping[str, Any]) -> Iterator[Row]:
    tallies = _tallies(figures)
    yield Row(_("Tone as members say"), [Ratio(one["tones"], one["n"]) for one in tallies])
    for family, found, right in (
        ("theme", _("Themes found, of those members say"), _("Themes right, of those found")),
        ("intent", _("Intentions found, of those members say"), _("Intentions right, of those found")),
    ):
        sums = [_summed(one["labels"], family) for one in tallies]
        yield Row(found, [Ratio(true, true + missed) for true, _wrong, missed in sums])
        yield Row(right, [Ratio(true, true + wrong) for true, wrong, _missed in sums])
    yield Row(_("Words read wholly as members say"), [Ratio(one["whole"], one["n"]) for one in tallies])


def _summed(labels: Mapping[str, Sequence[int]], family: str) -> tuple[int, int, int]:
    kept = [counts for label, counts in labels.items() if label.startswith(f"{family}:")]
    true, wrong, missed = (sum(counts[i] for counts in kept) for i in range(3))
    return true, wrong, missed


def _labels(figures: Mapping[str, Any], family: str) -> Iterator[LabelRow]:
    """Most said first."""
    tallies = [one["labels"] for one in _tallies(figures)]
    known = {label for labels in tallies for label in labels if label.startswith(f"{family}:")}
    rows = []
    for label in known:
        code = label.partition(":")[2]
        counts = [labels.get(label, (0, 0, 0)) for labels in tallies]
        name = theme_label(code) if family == "theme" else intent_label(code)
        found = [Ratio(true, true + missed) for true, _wrong, missed in counts]
        rows.append(LabelRow(name, found[-1].n, found, [Ratio(true, true + wrong) for true, wrong, _missed in counts]))
    yield from sorted(rows, key=lambda row: (-row.said, row.name))
