"""``decide``: may we reach this person, by this medium, for this purpose, at this moment? Read it from the top down.

What always passes, passes. Then what the person refused, what is on hold, what gives the right to write at all, and
the hours, the frequency and the pressure. The first rule that refuses is the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from egards.consent.rules.calendar import is_holiday, is_in_slots, local
from egards.consent.rules.facts import (
    ALWAYS,
    SOLICITATIONS,
    Asked,
    Book,
    Facts,
    HoldFact,
    HoldScope,
    Medium,
    Purpose,
    RuleFact,
    Source,
    Verdict,
)

#: Rules of hours, by medium: the law first, then our own courtesy.
HOURS = {Medium.PHONE: ("phone.hours", "phone.courtesy_hours"), Medium.SMS: ("sms.hours",)}
HOLIDAYS = ("holidays.national", "holidays.courtesy")


def decide(asked: Asked, facts: Facts, book: Book) -> Verdict:
    """Return the verdict of the rules in force (``book``). Raises ``RuleMissing`` when a needed rule is not there."""
    refusal = _archive(facts, book)
    if refusal:
        return refusal
    if asked.purpose in ALWAYS:
        return _always(asked, facts, book)
    refusal = _objection(asked, facts, book) or _hold(asked, facts, book)
    if refusal:
        return refusal
    ground = _ground(asked, facts, book)
    if not ground.is_allowed:
        return ground
    refusal = (
        _hours(asked, facts, book)
        or _holidays(asked, facts, book)
        or _frequency(asked, facts, book)
        or _quarantine(asked, facts, book)
    )
    return refusal or _within_pressure(asked, facts, book, ground)


def _refuse(rule: RuleFact, detail: str = "") -> Verdict:
    return Verdict(False, rule, detail)


def _archive(facts: Facts, book: Book) -> Verdict | None:
    return _refuse(book["archive.silent"]) if facts.cause and facts.cause.is_archive else None


def _always(asked: Asked, facts: Facts, book: Book) -> Verdict:
    rule = book[f"always.{asked.purpose}"]
    if asked.purpose == Purpose.ANSWER and not (facts.cause and facts.cause.is_theirs):
        return _refuse(rule, "Aucune parole de cette personne n’est donnée comme cause.")
    return Verdict(True, rule)


def _objection(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    rule = book["objection"]
    if asked.purpose not in rule.value["purposes"]:
        return None
    for objection in facts.objections:
        is_theirs = objection.source != Source.BLOCTEL
        if is_theirs and objection.purpose == asked.purpose and objection.medium in ("", asked.medium):
            return _refuse(rule)
    return None


def _hold(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    for hold in facts.holds:
        rule = book[f"hold.{hold.why}"]
        if _stops(hold, asked) and _is_on(hold, asked.moment, rule):
            return _refuse(rule)
    return None


def _stops(hold: HoldFact, asked: Asked) -> bool:
    prospecting = asked.purpose == Purpose.PROSPECTING
    return {
        HoldScope.PHONE_PROSPECTING: prospecting and asked.medium == Medium.PHONE,
        HoldScope.PROSPECTING: prospecting,
        HoldScope.SOLICITATIONS: asked.purpose in SOLICITATIONS,
        HoldScope.EVERYTHING: True,
    }[HoldScope(hold.scope)]


def _is_on(hold: HoldFact, moment: datetime, rule: RuleFact) -> bool:
    if hold.until and moment >= hold.until:
        return False
    if hold.released_at is None:
        return True
    return moment < hold.released_at + timedelta(days=rule.value["days_after_release"])


def _ground(asked: Asked, facts: Facts, book: Book) -> Verdict:
    """What gives the right to reach the person at all."""
    if asked.purpose == Purpose.PROSPECTING:
        return _prospecting(asked, facts, book)
    if asked.purpose == Purpose.FOLLOW_UP:
        return _follow_up(asked, facts, book)
    return Verdict(True, book[f"{asked.purpose}.interest"])


def _follow_up(asked: Asked, facts: Facts, book: Book) -> Verdict:
    rule = book["follow_up.act"]
    if facts.cause and facts.cause.is_theirs:
        return Verdict(True, rule)
    if facts.contracts:
        return Verdict(True, rule, ground_id=facts.contracts[0].id)
    return _refuse(rule, "Ni parole, ni achat, ni contrat de cette personne n’est connu.")


def _prospecting(asked: Asked, facts: Facts, book: Book) -> Verdict:
    rule = book[f"{asked.medium}.prospecting"]
    conditions = tuple(rule.value["conditions"])
    for consent in facts.consents:
        if (consent.purpose, consent.medium) == (asked.purpose, asked.medium):
            return Verdict(True, book["prospecting.consent"], ground_id=consent.id, conditions=conditions)
    exception = _contract(asked, facts, book) or _similar(asked, facts, book)
    if exception:
        return replace(exception, conditions=conditions)
    if rule.value["basis"] == "consent":
        return _refuse(rule)
    if asked.medium == Medium.PHONE and any(o.source == Source.BLOCTEL for o in facts.objections):
        return _refuse(book["phone.bloctel"])
    return Verdict(True, rule, conditions=conditions)


def _contract(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    """By phone, an ongoing contract allows what is related to its object."""
    rule = book["phone.contract"]
    if asked.medium not in rule.value["mediums"] or not asked.offer:
        return None
    # Ongoing wherever the person may be: the latest and the earliest of their days both count.
    days = [local(asked.moment, zone).date() for zone in facts.zones]
    for contract in facts.contracts:
        is_ongoing = contract.starts_on <= min(days) and (contract.ends_on is None or max(days) <= contract.ends_on)
        if is_ongoing and asked.offer in contract.covers:
            return Verdict(True, rule, ground_id=contract.id)
    return None


def _similar(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    """In writing, a sale with notice at collection allows similar products of the same firm."""
    rule = book["prospecting.similar"]
    if asked.medium not in rule.value["mediums"] or not asked.offer:
        return None
    for contract in facts.contracts:
        if contract.is_informed and asked.offer in contract.covers:
            return Verdict(True, rule, ground_id=contract.id)
    return None


def _hours(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    for code in HOURS.get(asked.medium, ()):
        rule = book[code]
        if asked.purpose not in rule.value["purposes"]:
            continue
        for zone in facts.zones:
            at = local(asked.moment, zone)
            if not is_in_slots(at, weekdays=rule.value["weekdays"], slots=rule.value["slots"]):
                return _refuse(rule, _clock(at, zone))
    return None


def _holidays(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    for code in HOLIDAYS:
        rule = book[code]
        if asked.purpose not in rule.value["purposes"] or asked.medium not in rule.value["mediums"]:
            continue
        for zone in facts.zones:
            at = local(asked.moment, zone)
            days = rule.value["days"]
            if is_holiday(at.date(), days=days, department=facts.department, zone=zone):
                return _refuse(rule, _clock(at, zone))
    return None


def _clock(at: datetime, zone: str) -> str:
    return f"Chez cette personne ({zone}), c’est le {at:%d/%m/%Y} à {at.hour}\u00a0h\u00a0{at:%M}."


def _frequency(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    """Calendar days where the person is. Permits for later days count too: planning ahead does not go round."""
    if (asked.medium, asked.purpose) != (Medium.PHONE, Purpose.PROSPECTING):
        return None
    rule = book["phone.frequency"]
    most, window = rule.value["attempts"], rule.value["days"]
    calls = [p.at for p in facts.permits if (p.medium, p.purpose) == (asked.medium, asked.purpose)]
    for zone in facts.zones:
        today = local(asked.moment, zone).date()
        near = sum(abs((local(at, zone).date() - today).days) < window for at in calls)
        if near >= most:
            return _refuse(rule, f"Appels déjà permis sur cette période\u202f: {near}.")
    return None


def _quarantine(asked: Asked, facts: Facts, book: Book) -> Verdict | None:
    if asked.purpose != Purpose.SURVEY:
        return None
    rule = book["survey.quarantine"]
    window = timedelta(days=rule.value["invited_days"])
    is_recent = any(p.purpose == Purpose.SURVEY and abs(p.at - asked.moment) < window for p in facts.permits)
    return _refuse(rule) if is_recent else None


def _within_pressure(asked: Asked, facts: Facts, book: Book, ground: Verdict) -> Verdict:
    """Refuse what would weigh too much; otherwise give the ground back with its points."""
    if _is_expected(asked, facts, book):
        return ground
    rule = book["pressure"]
    points = rule.value["weights"][asked.medium] + rule.value["extra"].get(asked.purpose, 0)
    for budget in rule.value["budgets"]:
        window = timedelta(days=budget["days"])
        spent = sum(p.points for p in facts.permits if abs(p.at - asked.moment) < window)
        if spent + points > budget["points"]:
            days, most = budget["days"], budget["points"]
            return _refuse(rule, f"Sur {days} jours\u202f: {spent} + {points} points, pour {most} au plus.")
    return replace(ground, points=points)


def _is_expected(asked: Asked, facts: Facts, book: Book) -> bool:
    """A follow-up weighs nothing when it comes soon after the person's own word."""
    if asked.purpose != Purpose.FOLLOW_UP or not (facts.cause and facts.cause.is_theirs):
        return False
    age = asked.moment - facts.cause.received_at
    return age <= timedelta(days=book["follow_up.act"].value["expected_days"])
