"""Loading a pack of rules into the base. Run at every start: what is already there is left alone."""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction

from egards.consent.models import Rule
from egards.consent.rules.pack import PackError, RuleData, parse_pack

PACKS = Path(__file__).resolve().parent / "packs"
#: What makes a version what it is. Its end, its check and its doubts may move; these may not.
FIXED = ("text_fr", "value", "valid_from", "source", "scope")
#: Any number, the same for all: two processes that start together load one after the other.
LOCK = 0x45_47_52_55


@transaction.atomic
def load_pack(name: str = "fr", *, text: str | None = None) -> int:
    """Bring the base to the pack ``packs/<name>.toml`` (or its ``text``); return how many versions are new.

    A version that the base knows keeps its words: ``PackError`` when the pack changes them (write the next version).
    An end that the pack gives is taken when the base has none; an end the house wrote itself stays.
    """
    place = f"packs/{name}.toml"
    wanted = parse_pack((PACKS / f"{name}.toml").read_text(encoding="utf-8") if text is None else text, name=place)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = {(rule.code, rule.version): rule for rule in Rule.objects.all()}
    new = [data for data in wanted if (data.code, data.version) not in known]
    for data in wanted:
        if rule := known.get((data.code, data.version)):
            _keep(rule, data, place)
    Rule.objects.bulk_create(Rule(**{name: getattr(data, name) for name in data.__slots__}) for data in new)
    return len(new)


def _keep(rule: Rule, data: RuleData, place: str) -> None:
    for key in FIXED:
        if getattr(rule, key) != getattr(data, key):
            rule_fr = f"règle «\u202f{data.code}\u202f» version {data.version}"
            raise PackError(
                f"{place}\u202f: {rule_fr}\u202f: la clé «\u202f{key}\u202f» diffère de ce qui a déjà servi. "
                "Écrivez une version de plus."
            )
    fresh = {"verified_on": max(rule.verified_on, data.verified_on), "doubt_fr": data.doubt_fr}
    if rule.valid_to is None:
        fresh["valid_to"] = data.valid_to
    changed = [key for key, value in fresh.items() if getattr(rule, key) != value]
    for key in changed:
        setattr(rule, key, fresh[key])
    if changed:
        rule.save(update_fields=changed)
