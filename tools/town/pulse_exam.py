"""The pulse, figure by figure, beside what is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import inf, isfinite

from egards.demo.plan.causes import CAMPAIGNS, TROUBLES
from egards.demo.plan.story import Via
from egards.demo.words.people import places as all_places
from tools.town import scoring
from tools.town.evidence import Exam
from tools.town.hours import PARIS
from tools.town.rows import Row, counts, covered, numbers, percent, share, spoken, total
from tools.town.screens import PulseSeen, ShareSeen, WaitSeen
from tools.town.truth import Contact, PromiseTruth, WordTruth

PULSE = "pouls"
#: How the house names the ways in, and who asks for a person by them.
MEDIA = {"E-mail": Via.MAIL, "Formulaire": Via.FORM}
DOORS = {"E-mail": Via.MAIL, "Page de contact": Via.FORM, "Avis après livraison": Via.REVIEW}


# ── volumes and tones ────────────────────────────────────────────────────────────────────────────────────────────────

TONES = ("très mécontents", "mécontents", "neutres", "ambigus", "contents", "très contents")


def volumes(exam: Exam) -> Iterator[Row]:
    """Received by day and tone, on the last look at four weeks; by touchpoint since the first day."""
    seen = exam.at_the_end["28"].volumes
    days = [day for day in seen if day >= exam.first_day]
    gaps = [(len(exam.said(day, 1, seen_at=exam.now)), seen[day][0]) for day in days]
    yield counts(PULSE, "mots reçus, jour par jour", gaps)
    for n, name in enumerate(TONES, start=1):
        those = {day: [_tone(word) for word in exam.said(day, 1, seen_at=exam.now)] for day in days}
        true = [(those[day].count(name), seen[day][n]) for day in days]
        yield total(PULSE, f"mots {name}, quatre semaines", true)
    for period, length in (("jour", 1), ("7", 7), ("28", 28)):
        look = exam.at_the_end[period]
        yield counts(PULSE, f"mots de la période ({length} j)", [(len(exam.said(exam.last_day, length)), look.words)])
    law = exam.at_the_end["28"].law
    by_door = Counter(word.via for word in exam.truth.words)
    for door, via in DOORS.items():
        yield counts(PULSE, f"« rien ne se perd » : reçus, {door}", [(by_door[via], _received(law, door))])
    yield counts(PULSE, "« rien ne se perd » : reçus, bornes", [(by_door[Via.BUTTON], _received(law, "Borne"))])
    lost = [sum(row[2:]) for row in law.values()]
    yield counts(PULSE, "« rien ne se perd » : doublons, quarantaine, refusés, en attente", [(0, sum(lost))])


def _received(law: Mapping[str, Sequence[int]], door: str) -> int:
    """What came in by a door, those that stores have of the same kind included (« E-mail, Magasin de Lyon »)."""
    return sum(row[0] for name, row in law.items() if name == door or name.startswith(f"{door}, "))


def _tone(word: WordTruth) -> str:
    names = {-2: TONES[0], -1: TONES[1], 0: TONES[2], 1: TONES[4], 2: TONES[5]}
    return TONES[3] if word.is_ambiguous else names[word.polarity]


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def shares(exam: Exam) -> Iterator[Row]:
    """Happy, unhappy, promises kept: at the end over each period, and each evening with its interval."""
    for period, length in (("jour", 1), ("7", 7), ("28", 28)):
        look, words = exam.at_the_end[period], exam.said(exam.last_day, length)
        happy, unhappy = sum(w.polarity > 0 for w in words), sum(w.polarity < 0 for w in words)
        yield share(f"contents ({length} j)", look.happy, happy, len(words))
        yield share(f"mécontents ({length} j)", look.unhappy, unhappy, len(words))
        kept, due = _kept(exam.truth.promises, exam.now, exam.last_day, length)
        yield share(f"promesses tenues ({length} j)", look.promises, kept, due)
    yield covered("contents, sept jours, chaque soir", _evenings(exam, _happy_seen, _happy))
    yield covered("mécontents, sept jours, chaque soir", _evenings(exam, _unhappy_seen, _unhappy))
    yield covered("promesses tenues, sept jours, chaque soir", _evenings(exam, _promises_seen, _kept_share))
    yield from _changes(exam)


def curve(exam: Exam) -> Iterator[Row]:
    """The curve's table, day by day, on the last look at four weeks."""
    rows = {day: row for day, row in exam.at_the_end["28"].curve.items() if day >= exam.first_day}
    alone = {day: exam.said(day, 1, seen_at=exam.now) for day in rows}
    week = {day: exam.said(day, 7, seen_at=exam.now) for day in rows}
    yield counts(PULSE, "courbe : lus ce jour", [(len(alone[day]), int(row[0])) for day, row in rows.items()])
    yield counts(PULSE, "courbe : n, sept jours", [(len(week[day]), int(row[4])) for day, row in rows.items()])
    shown = [(_happy_of(alone[day]), percent(row[1])) for day, row in rows.items() if "%" in row[1]]
    yield numbers(PULSE, "courbe : contents du jour seul, en points", shown)
    shown = [(_happy_of(week[day]), percent(row[2])) for day, row in rows.items() if "%" in row[2]]
    yield numbers(PULSE, "courbe : contents, sept jours, en points", shown)
    smooth = _smoothed([alone[day] for day in sorted(rows)])
    shown = [(true, percent(rows[day][5])) for day, true in zip(sorted(rows), smooth, strict=True)]
    yield numbers(PULSE, "courbe : lissé, en points", shown)


def _smoothed(days: Sequence[Sequence[WordTruth]]) -> list[float]:
    """One fifth of each day of ten words or more, the rest from those before; begun at the share of all."""
    z = _happy_of([word for day in days for word in day])
    found = []
    for day in days:
        z = 0.2 * _happy_of(day) + 0.8 * z if len(day) >= 10 else z
        found.append(z)
    return found


def _changes(exam: Exam) -> Iterator[Row]:
    """Each evening on which a share is said to have moved since the week before: did it, and that way?"""
    for name, of, true in (
        ("contents", _happy_seen, _happy),
        ("mécontents", _unhappy_seen, _unhappy),
        ("promesses tenues", _promises_seen, _kept_share),
    ):
        claimed = [(look.day, of(look).change) for look in exam.looks if of(look).change is not None]
        moved = [(change, true(exam, day) - true(exam, day - timedelta(days=7))) for day, change in claimed]
        right = sum(change * really > 0 for change, really in moved if change)
        error = "aucun" if not moved else "juste" if right == len(moved) else f"{len(moved) - right} à contresens"
        yield Row(PULSE, f"« points de plus, de moins » : {name}", f"{len(moved)} dits", f"{right} dans le bon sens",
                  error, right == len(moved))  # fmt: skip


def places(exam: Exam) -> Iterator[Row]:
    """What each store's page counts, over four weeks: the presses of its button, and the mails it is written."""
    if not exam.of_places():
        return
    keys = {place.name: place.key for place in all_places()}
    by_key = {story.key: story.says[0].place for story in exam.stories}
    said = Counter(by_key[word.key] for word in exam.said(exam.last_day, 28))
    shown = [(said[keys[name]], look.words) for name, look in exam.of_places().items()]
    yield counts(PULSE, "mots de chaque magasin (28 j)", shown)


def _happy_seen(look: PulseSeen) -> ShareSeen:
    return look.happy


def _unhappy_seen(look: PulseSeen) -> ShareSeen:
    return look.unhappy


def _promises_seen(look: PulseSeen) -> ShareSeen:
    return look.promises


def _happy_of(words: Sequence[WordTruth]) -> float:
    return 100 * sum(word.polarity > 0 for word in words) / max(1, len(words))


def _happy(exam: Exam, day: date) -> float:
    return _happy_of(exam.said(day, 7))


def _unhappy(exam: Exam, day: date) -> float:
    words = exam.said(day, 7)
    return 100 * sum(word.polarity < 0 for word in words) / max(1, len(words))


def _kept_share(exam: Exam, day: date) -> float:
    kept, due = _kept(exam.truth.promises, exam.evening(day), day, 7)
    return 100 * kept / max(1, due)


def _kept(promises: Iterable[PromiseTruth], now: datetime, last: date, days: int) -> tuple[int, int]:
    """How many promises that fell due in those days were kept by then, and how many fell due."""
    since = datetime.combine(last - timedelta(days=days - 1), time(), PARIS)
    known = [promise for promise in promises if promise.made_at <= now and promise.status(now) != "withdrawn"]
    fell = [promise for promise in known if since <= promise.due_as_of(now) < now]
    return sum(p.status(now) == "kept" for p in fell), len(fell)


def _evenings(
    exam: Exam, of: Callable[[PulseSeen], ShareSeen], true: Callable[[Exam, date], float]
) -> list[tuple[float, float, float]]:
    """Each evening's interval with the truth between; ends are shown in whole points."""
    found = []
    for look in exam.looks:
        share = of(look)
        if share.low is not None and share.high is not None and look.day >= exam.first_day + timedelta(days=6):
            found.append((share.low - 0.5, true(exam, look.day), share.high + 0.5))
    return found


# ── waits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def waits(exam: Exam) -> Iterator[Row]:
    """How long customers waited for a person, over four weeks and each evening."""
    look = exam.at_the_end["28"]
    asked = _asked(exam, exam.last_day, 28)
    yield counts(PULSE, "ont demandé une personne (28 j)", [(len(asked), look.wait.n)])
    yield from _medium("toutes", asked, look.wait)
    for row in look.waits:
        via = MEDIA.get(row.label)
        those = [contact for contact in asked if contact.via == via]
        yield counts(PULSE, f"ont demandé une personne, {row.label} (28 j)", [(len(those), row.n)])
        waiting = sum(not (contact.answered_at or contact.closed_at) for contact in those)
        yield counts(PULSE, f"attendent encore, {row.label}", [(waiting, row.running)])
        yield from _medium(row.label, those, row)
    intervals = []
    for evening in exam.looks:
        if evening.wait.median is not None and evening.wait.low is not None:
            truth = scoring.quantile(
                [c.open_wait() for c in _asked(exam, evening.day, 7) if c.answered_at or not c.closed_at], 0.5
            )
            intervals.append((evening.wait.low - 60, truth, (evening.wait.high or inf) + 60))
    yield covered("attente médiane, sept jours, chaque soir", intervals)


def _asked(exam: Exam, last: date, days: int) -> list[Contact]:
    since = datetime.combine(last - timedelta(days=days - 1), time(), PARIS)
    return [c for c in exam.truth.contacts if since <= c.asked_at < exam.evening(last)]


def _medium(name: str, contacts: Sequence[Contact], row: WaitSeen) -> Iterator[Row]:
    """Quantiles of those who were, or will be, answered: who was let go without an answer waits for none."""
    for what, part, value, of in (
        ("médiane, heures ouvrées", 0.5, row.median, Contact.open_wait),
        ("9 sur 10, heures ouvrées", 0.9, row.ninth, Contact.open_wait),
        ("médiane, à l’horloge", 0.5, row.clock, Contact.wait),
        ("9 sur 10, à l’horloge", 0.9, row.clock_ninth, Contact.wait),
    ):
        if value is None:
            continue
        true = scoring.quantile([of(one) for one in contacts if one.answered_at or not one.closed_at], part)
        cut = 3600 if value >= 86400 and "horloge" in what else 60
        is_right = 0 <= true - value < cut
        error = "juste" if is_right else spoken(abs(true - value)) if isfinite(true) else "—"
        yield Row(PULSE, f"attente, {name} : {what}", spoken(true), spoken(value), error, is_right)


# ── themes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def themes(exam: Exam) -> Iterator[Row]:
    """Counts of the week by theme, the usual range, what rises."""
    look = exam.at_the_end["7"]
    words = exam.said(exam.last_day, 7)
    for seen in look.themes:
        those = [word for word in words if seen.theme in word.themes]
        people = {word.person if word.person is not None else word.key for word in those}
        yield counts(PULSE, f"thème « {seen.theme} », mots de la semaine", [(len(those), seen.n)])
        yield counts(PULSE, f"thème « {seen.theme} », personnes", [(len(people), seen.people)])
    usual = [
        (float(row.usual[0]), float(row.n), float(row.usual[1]))
        for evening in exam.looks
        for row in evening.themes
        if row.usual and not _is_troubled(exam, row.theme, evening.day)
    ]
    yield covered("thèmes sans trouble : la semaine dans l’habituel, chaque soir", usual)
    first, false, looked = scoring.delays(
        {name: (first, last, themes) for name, (first, last, themes) in troubles(exam).items()},
        {(one.day - exam.first_day).days: one.rising for one in exam.looks},
    )
    for name, delay in first.items():
        begins, ends, touched = troubles(exam)[name]
        shown = "jamais montré" if delay is None else f"montré au bout de {delay} j"
        told = f"jours {begins + 1} à {min(ends, exam.days - 1) + 1} ({', '.join(sorted(touched))})"
        yield Row(
            PULSE, f"ce qui monte : {name}", told, shown, "—" if delay is None else f"{delay} j", delay is not None
        )
    busy = [(day, theme) for day, theme in false if _is_busy(day)]
    for name, some in (
        ("pendant une campagne, où tout monte", busy),
        ("hors campagne", [f for f in false if f not in busy]),
    ):
        days = len({day for day, _theme in some})
        named = ", ".join(f"{theme} ×{n}" for theme, n in Counter(theme for _day, theme in some).most_common())
        said = f"{len(some)} ({days} soirs sur {looked})"
        yield Row(PULSE, f"ce qui monte sans cause, {name}", "0", said, named or "aucune", not some)


def _is_busy(day: int) -> bool:
    return any(campaign.first <= day <= campaign.last + 7 for campaign in CAMPAIGNS)


def troubles(exam: Exam) -> dict[str, tuple[int, int, frozenset[str]]]:
    """Hidden causes that were at work: first and last day, and the themes that four in ten of their words tell."""
    found = {}
    for trouble in TROUBLES:
        words = [word for word in exam.truth.words if word.cause == trouble.cause]
        if trouble.first < exam.days and words:
            told = Counter(theme for word in words for theme in word.themes)
            touched = frozenset(theme for theme, n in told.items() if n >= 0.4 * len(words))
            found[trouble.cause] = (trouble.first, trouble.last, touched)
    return found


def _is_troubled(exam: Exam, theme: str, day: date) -> bool:
    n = (day - exam.first_day).days
    return _is_busy(n) or any(
        first <= n <= last + 70 and theme in touched for first, last, touched in troubles(exam).values()
    )
