"""The facts a sentence may fill in, in French that agrees: ``{le_produit}`` gives « l'armoire Estran ».

A field is a need (the fact without which the sentence is not told, "" for none) and a function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from egards.demo.words.nouns import Facts, Person, Product

MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
ENGLISH_MONTHS: Final = "January February March April May June July August September October November December".split()
WEEKDAYS: Final = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
COUNTS: Final = "zéro une deux trois quatre cinq six sept huit neuf dix".split()
ORDINALS: Final = " première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième".split(
    " "
)
#: From this price on, in cents, one speaks of economies and of paying in three times.
DEAR: Final = 20_000
#: At which hours one says good morning, good day, good evening.
HOURS: Final = {"morning": range(5, 12), "daytime": range(5, 16), "evening": range(17, 24)}
SILENT_H: Final = ("horloge", "huilier", "humidificateur")


@dataclass(slots=True)
class Telling:
    """One text being told: who, what, by which chance. ``mentions`` counts how often the product was named.

    ``gender`` is the writer's ("f"/"m"): the customer's, or the adviser's in an answer.
    """

    facts: Facts
    chance: Random
    gender: str
    person: Person | None = None
    is_tidy: bool = True
    mentions: int = 0
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def product(self) -> Product:
        """The product of the facts; only fields that need it ask."""
        assert self.facts.product is not None
        return self.facts.product


def elides(word: str) -> bool:
    """Whether « le » becomes « l' » before the word."""
    return word[:1].lower() in "aeiouyéèêëàâîïôûœ" or word.startswith(SILENT_H)


def _named(telling: Telling) -> str:
    """The first time with its name, most often; then as one speaks of it."""
    telling.mentions += 1
    product = telling.product
    whole = telling.chance.random() < (0.72 if telling.mentions == 1 else 0.1)
    if whole:
        return f"{product.noun} {product.name}"
    return product.noun if telling.mentions == 1 and telling.chance.random() < 0.6 else product.short


def _article(masculine: str, feminine: str, elided: str) -> Callable[[Telling, str], str]:
    def fill(telling: Telling, _argument: str) -> str:
        named = _named(telling)
        if elided and elides(named):
            return f"{elided}{named}"
        return f"{masculine if telling.product.gender == 'm' else feminine} {named}"

    return fill


def _agrees(telling: Telling, argument: str) -> str:
    """``{p}`` adds an e, ``{p:neuf/neuve}`` chooses, by the product's gender."""
    return _gendered(telling.product.gender, argument)


def _writer(telling: Telling, argument: str) -> str:
    return _gendered(telling.gender, argument)


def _addressee(telling: Telling, argument: str) -> str:
    assert telling.person is not None
    return _gendered(telling.person.gender, argument)


def _gendered(gender: str, argument: str) -> str:
    masculine, _, feminine = (argument or "/e").partition("/")
    return masculine if gender == "m" else feminine


def _word(masculine: str, feminine: str) -> Callable[[Telling, str], str]:
    return lambda telling, _argument: masculine if telling.product.gender == "m" else feminine


def _day(day: date, telling: Telling) -> str:
    """« mardi », « le 3 novembre », « le 03/11 »: near dates by their weekday, half of the time."""
    gap = (telling.facts.today - day).days
    draw = telling.chance.random()
    if 1 < abs(gap) < 7 and draw < 0.5:
        return WEEKDAYS[day.weekday()] + (" dernier" if gap > 0 and draw < 0.2 else "")
    if draw < 0.8 or (telling.is_tidy and draw < 0.93):
        return f"le {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]}"
    return f"le {day.day:02}/{day.month:02}"


def _date(name: str) -> Callable[[Telling, str], str]:
    return lambda telling, _argument: _day(getattr(telling.facts, name), telling)


def _english_date(name: str) -> Callable[[Telling, str], str]:
    def fill(telling: Telling, _argument: str) -> str:
        day: date = getattr(telling.facts, name)
        return f"{day.day} {ENGLISH_MONTHS[day.month - 1]}"

    return fill


def _promised_by(telling: Telling, _argument: str) -> str:
    """« jeudi 26 novembre », as an adviser writes a promise."""
    day = telling.facts.promised_by
    assert day is not None
    if day == telling.facts.today:
        return "aujourd'hui"
    if day == telling.facts.today + timedelta(days=1):
        return "demain"
    return f"{WEEKDAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]}"


def _duration(telling: Telling, _argument: str) -> str:
    """A wait as one says it: « trois semaines », « 12 jours », « plus d'un mois »."""
    days = telling.facts.days or 0
    chance = telling.chance
    ways = [f"{days} jours"]
    if days < 2:
        ways = ["24 heures", "une journée entière"]
    elif days <= 6:
        ways = [f"{days} jours", f"{COUNTS[days]} jours"]
    elif days <= 8:
        ways += ["une semaine", "une bonne semaine"]
    elif days <= 12:
        ways += ["une dizaine de jours"]
    elif days <= 16:
        ways += ["deux semaines", "une quinzaine de jours", "quinze jours"]
    elif days <= 23:
        ways += ["trois semaines", "presque trois semaines"]
    elif days <= 32:
        ways += ["un mois", "presque un mois"]
    elif days <= 50:
        ways += ["plus d'un mois", "un bon mois"]
    else:
        months = round(days / 30)
        ways = [f"{COUNTS[months] if months <= 10 else months} mois", f"presque {months} mois"]
    return chance.choice(ways)


def _money(cents: int, telling: Telling) -> str:
    euros, rest = divmod(cents, 100)
    number = f"{euros},{rest:02}" if rest else str(euros)
    draw = telling.chance.random()
    return f"{number} €" if draw < 0.5 else f"{number} euros" if draw < 0.8 else f"{number}€"


def _times(words: list[str], limit: int) -> Callable[[Telling, str], str]:
    return lambda telling, _argument: words[min(telling.facts.times or 2, limit)]


def _number(telling: Telling, argument: str) -> str:
    """``{n:3-9}``: a number drawn between two; ``{n:3-9:step}`` stays the same all along the text."""
    limits, _, name = argument.partition(":")
    if name in telling.numbers:
        return telling.numbers[name]
    low, _, high = limits.partition("-")
    drawn = str(telling.chance.randint(int(low), int(high)))
    if name:
        telling.numbers[name] = drawn
    return drawn


def _of_city(telling: Telling, _argument: str) -> str:
    city = telling.facts.place.city if telling.facts.place else ""
    return f"d'{city}" if elides(city) else f"de {city}"


def _adviser(telling: Telling, _argument: str) -> str:
    adviser = telling.facts.adviser
    assert adviser is not None
    draw = telling.chance.random()
    if draw < 0.55:
        return adviser.first
    return adviser.name if draw < 0.8 else f"{'Mme' if adviser.gender == 'f' else 'M.'} {adviser.last}"


def _of_adviser(telling: Telling) -> str:
    assert telling.facts.adviser is not None
    return telling.facts.adviser.gender


def _of_person(pick: Callable[[Person], str]) -> Callable[[Telling, str], str]:
    def fill(telling: Telling, _argument: str) -> str:
        assert telling.person is not None
        return pick(telling.person)

    return fill


def _civil(person: Person) -> str:
    return f"{'Madame' if person.gender == 'f' else 'Monsieur'} {person.last}"


def _short_civil(person: Person) -> str:
    return f"{'Mme' if person.gender == 'f' else 'M.'} {person.last}"


def _fact(name: str) -> Callable[[Telling, str], str]:
    return lambda telling, _argument: str(getattr(telling.facts, name))


def _place(telling: Telling, _argument: str) -> str:
    assert telling.facts.place is not None
    return telling.facts.place.city


Fill = Callable[[Telling, str], str]
FIELDS: Final[dict[str, tuple[str, Fill]]] = {
    # the writer, the person written to
    "e": ("", _writer),
    "client": ("person", _of_person(_civil)),
    "mme": ("person", _of_person(_short_civil)),
    "prenom": ("person", _of_person(lambda person: person.first)),
    "nom_client": ("person", _of_person(lambda person: person.last)),
    "c": ("person", _addressee),
    "tel": ("phone", _of_person(lambda person: person.phone)),
    # the product
    "le_produit": ("product", _article("le", "la", "l'")),
    "un_produit": ("product", _article("un", "une", "")),
    "mon_produit": ("product", lambda telling, _: _own(telling, "mon", "ma")),
    "ce_produit": ("product", lambda telling, _: _this(telling)),
    "votre_produit": ("product", _article("votre", "votre", "")),
    "du_produit": ("product", _article("du", "de la", "de l'")),
    "au_produit": ("product", _article("au", "à la", "à l'")),
    "de_produit": ("product", _article("de", "de", "d'")),
    "produit": ("product", lambda telling, _: _named(telling)),
    "court": ("product", lambda telling, _: telling.product.short),
    "nom": ("product", lambda telling, _: telling.product.name),
    "p": ("product", _agrees),
    "il": ("product", _word("il", "elle")),
    "Il": ("product", _word("Il", "Elle")),
    "le": ("product", _word("le", "la")),
    "celui_ci": ("product", _word("celui-ci", "celle-ci")),
    "celui_la": ("product", _word("celui", "celle")),
    "le_neuf": ("product", _word("le neuf", "la neuve")),
    "un_autre_maj": ("product", _word("Un autre", "Une autre")),
    "son_produit": ("product", lambda telling, _: _own(telling, "son", "sa")),
    "de_ce_produit": ("product", lambda telling, _: "de " + _this(telling)),
    "un_autre": ("product", _word("un autre", "une autre")),
    "prix": ("product", lambda telling, _: _money(telling.product.price, telling)),
    "en_produit": ("product", lambda telling, _: f"{telling.product.name} {telling.product.english}"),
    # the order, its dates, its money
    "commande": ("order", _fact("order")),
    "le_commande": ("ordered_on", _date("ordered_on")),
    "le_prevu": ("due_on", _date("due_on")),
    "le_livre": ("delivered_on", _date("delivered_on")),
    "en_commande": ("ordered_on", _english_date("ordered_on")),
    "en_prevu": ("due_on", _english_date("due_on")),
    "en_livre": ("delivered_on", _english_date("delivered_on")),
    "montant": ("amount", lambda telling, _: _money(telling.facts.amount or 0, telling)),
    "duree": ("days", _duration),
    "jours": ("days", _fact("days")),
    "fois": ("times", _times(COUNTS, 10)),
    "fois_maj": ("times", _times([count.capitalize() for count in COUNTS], 10)),
    "foieme": ("times", _times(ORDINALS, 10)),
    "en_fois": ("times", _times("zero once twice three four five six seven eight nine ten".split(), 10)),
    "en_foieme": ("times", _times(" first second third fourth fifth sixth seventh eighth ninth tenth".split(" "), 10)),
    "code": ("code", _fact("code")),
    "transporteur": ("carrier", _fact("carrier")),
    # the house
    "ville": ("place", _place),
    "de_ville": ("place", _of_city),
    "conseiller": ("adviser", _adviser),
    "a": ("adviser", lambda telling, argument: _gendered(_of_adviser(telling), argument)),
    "promesse": ("promise", _fact("promise")),
    "pour_le": ("promised_by", _promised_by),
    # chance
    "n": ("", _number),
    "jour": ("", lambda telling, _: telling.chance.choice(WEEKDAYS[:6])),
}
#: What a sentence may need before it is told, by the names of ``known``.
FACTS: Final = frozenset(need for need, _fill in FIELDS.values() if need)


def _own(telling: Telling, masculine: str, feminine: str) -> str:
    """« mon armoire », « ma table »."""
    named = _named(telling)
    return f"{masculine if telling.product.gender == 'm' or elides(named) else feminine} {named}"


def _this(telling: Telling) -> str:
    named = _named(telling)
    if telling.product.gender == "f":
        return f"cette {named}"
    return f"{'cet' if elides(named) else 'ce'} {named}"


def small(sentence: str, telling: Telling) -> str:
    """The sentence without its capital, unless it opens on a proper noun."""
    facts = telling.facts
    proper = (
        facts.product.name if facts.product else "",
        facts.place.city if facts.place else "",
        facts.adviser.first if facts.adviser else "",
        facts.carrier,
        facts.code,
    )
    first = sentence.split(" ", 1)[0].rstrip(",")
    if sentence[1:2].isupper() or first in " ".join(proper).split() or first in ("Mme", "M.", "Lindelle"):
        return sentence
    return sentence[:1].lower() + sentence[1:]


def known(facts: Facts, person: Person | None) -> set[str]:
    """The needs that these facts satisfy, traits of the product and of the person included."""
    names = "product order place ordered_on due_on delivered_on amount days adviser carrier code promise promised_by"
    told = {name for name in names.split() if getattr(facts, name) not in (None, "")}
    if facts.times is not None and facts.times >= 2:
        told.add("times")
    told.update(_season(facts))
    if facts.product is not None:
        told.update(facts.product.traits)
        if facts.product.price >= DEAR:
            told.add("dear")
    if person is not None:
        told.update(("person", str(person.age)))
        if person.phone:
            told.add("phone")
    return told


def _season(facts: Facts) -> set[str]:
    """What the clock and the calendar allow to say: « bonsoir » from 5 pm, Christmas from mid-November."""
    told = set()
    if (facts.today.month, facts.today.day) >= (11, 15) and (facts.today.month, facts.today.day) <= (12, 24):
        told.add("advent")
    if facts.hour is not None:
        told |= {name for name, hours in HOURS.items() if facts.hour in hours}
    return told
