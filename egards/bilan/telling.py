"""From counts to the two pages, in French: the fact first, its doubt beside it, and what could not be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from egards.bilan import wording as say
from egards.bilan.counting import STEPS, Counts, Theme
from egards.bilan.ours import Ours
from egards.bilan.quotes import Quote
from egards.bilan.report import Cause, Figure, Report, Row, Section, Segment, Table
from egards.bilan.shares import MINIMUM, Share
from egards.bilan.words import Haul
from egards.core import french

MOST_THEMES = 13
MOST_CAUSES = 6
MOST_CAUSES_FEW = 4  # when too few words are unhappy for a rank to mean anything
MOST_CAUSES_ALONE = 9  # of a table of opinions, which has no wait to show
_MACHINES = {
    "out_of_office": ("absence", "absences"),
    "bounce": ("retour d’envoi", "retours d’envoi"),
    "list": ("message de liste", "messages de liste"),
    "notification": ("message de programme", "messages de programmes"),
    "own_loop": ("message à vous revenu", "messages à vous revenus"),
}
_NOT_SEEN = "cette boîte ne contient aucune réponse de vous"
_NO_MAIL = "un tableau d’avis ne montre pas les réponses"
# characters typed a minute, minutes to begin a message, minutes more to say it all again
_USUAL, _LEAST, _MOST = (200, 2.0, 5.0), (300, 1.0, 2.0), (100, 4.0, 10.0)


def tell(
    counts: Counts, haul: Haul, ours: Ours, *, quotes: Sequence[Quote], labels: Mapping[str, str], made_at: datetime
) -> Report:
    """Write the report. ``labels`` are the French names of themes; ``made_at`` is in the reader's time zone."""
    today = made_at.date()
    return Report(
        title="Le bilan de vos échanges",
        about=_about(counts, haul, made_at),
        lead=_lead(counts, haul, labels),
        figures=_figures(counts, haul),
        tones=_tones(counts),
        themes=_themes(counts.themes, labels),
        waits=_waits(counts, haul),
        causes_title="Ce qui mécontente",
        causes_sentence=_causes_sentence(counts),
        causes=_causes(counts, quotes, labels, has_mail=haul.has_mail),
        effort=_effort(counts),
        unread=_unread(counts, haul),
        method=_method(counts, haul, ours),
        made=f"Fait le {french.long_day(today, today=today)} {today.year} par Égards, sur cette machine, "
        "sans base ni compte. Ni nom ni adresse n’y figure.",
    )


def _about(counts: Counts, haul: Haul, made_at: datetime) -> str:
    noun = ("message trouvé", "messages trouvés") if haul.has_mail else ("ligne trouvée", "lignes trouvées")
    said = [
        say.counted(haul.found, *noun),
        say.counted(counts.customers, "mot de client", "mots de clients"),
    ]
    if counts.first and counts.last:
        today = made_at.date()
        days = (french.day(counts.first.date(), today=today), french.day(counts.last.date(), today=today))
        said.append(f"du {days[0]} au {days[1]}" if days[0] != days[1] else f"le {days[0]}")
    return ", ".join(said)


def _lead(counts: Counts, haul: Haul, labels: Mapping[str, str]) -> str:
    if not counts.customers:
        return "Aucun mot de client n’a été trouvé ici."
    silent, unhappy, some = counts.waits.unanswered, Share(counts.tones.unhappy, counts.tones.n), list[str]()
    if haul.has_mail and counts.can_see_answers and silent.is_told:
        some.append(f"{say.in_hundred(silent)} demandes sur 100 restent sans réponse.")
    if unhappy.is_told:
        some.append(f"{say.in_hundred(unhappy)} mots de clients sur 100 disent un mécontentement.")
    if main := [labels[code].lower() for code in _main_causes(counts)]:
        some.append(f"Ce qui revient le plus{say.FINE}: {say.listed(main)}.")
    if not some:
        words = say.counted(counts.customers, "mot de client", "mots de clients")
        return f"{words}{say.FINE}: lisez plutôt ce qui est écrit."
    return " ".join(some)


def _main_causes(counts: Counts) -> list[str]:
    """The first cause, with the next two when nothing says that it really comes before them."""
    some = [(code, share) for code, share in counts.causes[:3] if share.is_told]
    return [code for code, share in some if share.interval[1] > some[0][1].interval[0]]


def _figures(counts: Counts, haul: Haul) -> tuple[Figure, ...]:
    who = "personnes" if counts.people else "mots"
    by_mail = f"des {who}{say.FINE}: un autre message avant toute réponse, ou «{say.FINE}deuxième appel{say.FINE}»"
    meaning = by_mail if haul.has_mail and counts.can_see_answers else f"des {who} disent avoir déjà demandé"
    repeated = Figure(
        "Ont dû répéter",
        say.value(counts.repeated),
        say.doubt(counts.repeated),
        meaning,
        "late" if counts.repeated.some else "ink",
    )
    if not haul.has_mail:
        unhappy = Share(counts.tones.unhappy, counts.tones.n)
        happy = Share(counts.tones.happy, counts.tones.n)
        return (
            Figure("Mécontents", say.value(unhappy), say.doubt(unhappy), "des mots lus", "late"),
            Figure("Contents", say.value(happy), say.doubt(happy), "des mots lus", "kept"),
            repeated,
            Figure("Sans réponse", "–", _NO_MAIL, "donnez une boîte d’e-mail pour le savoir"),
        )
    return (*_answer_figures(counts), _silencing(counts), repeated)


def _answer_figures(counts: Counts) -> tuple[Figure, Figure]:
    waits = counts.waits
    if not counts.can_see_answers:
        return (
            Figure("Sans réponse", "–", _NOT_SEEN, "ajoutez le dossier des messages envoyés"),
            Figure("Attente", "–", _NOT_SEEN, "ajoutez le dossier des messages envoyés"),
        )
    asked = f"des demandes de plus de deux{say.NS}jours"
    return (
        Figure("Sans réponse", say.value(waits.unanswered), say.doubt(waits.unanswered), asked,
               "late" if waits.unanswered.some else "kept"),
        Figure("Attente", say.middle_value(waits.median), say.middle_doubt(waits.median),
               "une demande sur deux attend davantage"),
    )  # fmt: skip


def _silencing(counts: Counts) -> Figure:
    share = counts.silencing
    if not share.n:
        return Figure("Ne pas répondre", "–", "aucun message de vous ici", "ajoutez le dossier des messages envoyés")
    return Figure(
        f"«{say.FINE}Ne pas répondre{say.FINE}»",
        say.value(share),
        say.doubt(share),
        "de vos messages demandent de se taire",
        "late" if share.some else "kept",
    )


def _tones(counts: Counts) -> Table:
    tones = counts.tones
    parts = (
        ("late", "mécontents", tones.unhappy),
        ("mixed", "partagés ou incertains", tones.mixed),
        ("plain", "sans avis", tones.plain),
        ("kept", "contents", tones.happy),
    )
    bar = tuple(
        Segment(role, share.value if share.is_told else 0.0, name, f"{say.value(share)}, {_short(share)}")
        for role, name, some in parts
        for share in (Share(some, tones.n),)
    )
    title = "Ce que disent vos clients"
    if not tones.n:
        return Table(title, "Rien à lire ici.", ("", "", ""), ())
    sentence = f"Le ton de leurs mots, chaque part avec son intervalle à 95{say.NS}% ({say.n_of(tones.n)})."
    if tones.n < MINIMUM:
        sentence = f"Le ton de leurs mots{say.FINE}: des comptes, et {say.TOO_FEW} des parts ({say.n_of(tones.n)})."
    return Table(title, sentence, ("", "", ""), (Row("", say.n_of(tones.n), "", bar),))


def _short(share: Share) -> str:
    return say.between(share) if share.is_told else say.TOO_FEW


def _themes(themes: Sequence[Theme], labels: Mapping[str, str]) -> Table:
    rows = tuple(_theme(theme, labels[theme.code]) for theme in themes[:MOST_THEMES])
    if not rows:
        return Table("De quoi ils parlent", "Aucun thème n’a été reconnu.", ("", "", ""), ())
    sentence = (
        f"{say.counted(len(themes), 'thème reconnu', 'thèmes reconnus')}, du plus cité au moins cité{say.FINE}; un mot "
        f"peut en porter plusieurs. Sous {MINIMUM}{say.NS}mots, {say.TOO_FEW}."
    )
    if rows[0].bar:
        sentence += " Le trait sous chaque barre est l’intervalle des mécontents."
    return Table("De quoi ils parlent", sentence, ("Thème", "Mots", "Mécontents, les autres, contents"), rows)


def _theme(theme: Theme, label: str) -> Row:
    unhappy, happy = Share(theme.unhappy, theme.n), Share(theme.happy, theme.n)
    if not unhappy.is_told:
        told = f"{say.counted(theme.unhappy, 'mécontent', 'mécontents')}, {say.TOO_FEW}"
        return Row(label, french.number(theme.n), told)
    bar = (
        Segment("late", unhappy.value, "mécontents"),
        Segment("plain", 1 - unhappy.value - happy.value, "ni l’un ni l’autre"),
        Segment("kept", happy.value, "contents"),
    )
    return Row(label, french.number(theme.n), f"{say.value(unhappy)}, {say.between(unhappy)}", bar, *unhappy.interval)


def _waits(counts: Counts, haul: Haul) -> Table:
    title, waits = "Combien de temps ils attendent", counts.waits
    columns = ("Réponse", "Demandes", "Part de toutes les demandes")
    if not haul.has_mail or not counts.can_see_answers:
        why = _NO_MAIL if not haul.has_mail else _NOT_SEEN
        return Table(title, f"Cela ne peut pas se dire{say.FINE}: {why}.", columns, ())
    told = [(label, share, "accent") for (label, _hours), share in zip(STEPS, waits.steps, strict=False)]
    told.append(("sans réponse", waits.unanswered, "late"))
    rows = tuple(
        Row(label, french.number(share.some), f"{say.value(share)}, {say.between(share)}",
            (Segment(role, share.value, label),), *share.interval)
        if share.is_told
        else Row(label, french.number(share.some), say.TOO_FEW)
        for label, share, role in told
    )  # fmt: skip
    return Table(title, _waits_sentence(counts), columns, rows)


def _waits_sentence(counts: Counts) -> str:
    waits = counts.waits
    sentence = f"{say.counted(waits.unanswered.n, 'demande', 'demandes')} de plus de deux jours au dernier message."
    if waits.unanswered.some:
        silence = waits.silence
        said = f"attend depuis plus de {say.middle_value(silence)} ({say.middle_doubt(silence)})"
        if silence.is_told:
            sentence += f" Une sur deux de celles qui restent sans réponse {said}."
        else:
            sentence += f" Depuis quand attendent celles qui restent{say.FINE}: {say.doubt(Share(0, silence.n))}."
    if waits.young:
        sentence += f" {say.counted(waits.young, 'autre est trop récente', 'autres sont trop récentes')} pour compter."
    return sentence


def _causes_sentence(counts: Counts) -> str:
    n = counts.tones.unhappy
    if not n:
        return "Aucun mot nettement mécontent n’a été lu."
    if n < MINIMUM:
        return (
            f"{say.counted(n, 'mot mécontent', 'mots mécontents')}{say.FINE}: {say.TOO_FEW}. Voici de quoi ils parlent."
        )
    return (
        f"Ce que blâment les {french.number(n)} mots mécontents, et une phrase de client à chaque fois. "
        "Un même mot peut blâmer plusieurs choses."
    )


def _causes(counts: Counts, quotes: Sequence[Quote], labels: Mapping[str, str], *, has_mail: bool) -> tuple[Cause, ...]:
    said = {quote.theme: quote.text for quote in quotes}
    most = MOST_CAUSES if has_mail else MOST_CAUSES_ALONE
    if counts.tones.unhappy < MINIMUM:
        most = MOST_CAUSES_FEW
    return tuple(
        Cause(labels[code], say.whole(share), said.get(code, ""), share.value if share.is_told else 0.0,
              *(share.interval if share.is_told else (0.0, 0.0)))
        for code, share in counts.causes[:most]
    )  # fmt: skip


def _effort(counts: Counts) -> Section:
    effort = counts.effort
    title = "Le temps qu’ils y ont passé"
    if not effort.messages:
        return Section(title, ("Aucun message à compter.",))
    low, mid, high = (say.hours(effort.hours(*speed)) for speed in (_LEAST, _USUAL, _MOST))
    return Section(
        title,
        (
            f"Environ {mid}, entre {low} et {high}{say.FINE}: une estimation, pas une mesure.",
            f"Pour {say.counted(effort.messages, 'message', 'messages')} et {french.number(effort.characters)} signes "
            f"tapés, dont {say.counted(effort.repeats, 'message qui répète', 'messages qui répètent')}. "
            f"Hypothèse{say.FINE}: 200{say.NS}signes par minute, 2{say.NS}min pour commencer un message, 5{say.NS}min "
            f"de plus pour tout redire (de 300 signes, 1 et 2{say.NS}min à 100 signes, 4 et 10{say.NS}min). "
            "L’attente, les appels et les déplacements n’y sont pas.",
        ),
    )


def _unread(counts: Counts, haul: Haul) -> Section:
    read = len(haul.words)
    law = [f"{french.number(haul.found)} trouvés = {french.number(read)} lus"]
    if haul.duplicates:
        law.append(f"{french.number(haul.duplicates)} en double")
    law.append(say.counted(len(haul.refusals), "illisible", "illisibles"))
    some = [f"{' + '.join(law)}."]
    if haul.refusals:
        why = Counter(refusal.reason.rstrip(".")[:80] for refusal in haul.refusals).most_common(3)
        some.append("Illisibles" + say.FINE + ": " + "; ".join(f"{_lower(r)} ({french.number(n)})" for r, n in why)
                    .replace("; ", f"{say.FINE}; ") + ".")  # fmt: skip
    if haul.aside:
        some.append(f"Sans message{say.FINE}: {say.counted(sum(haul.aside.values()), 'fichier', 'fichiers')}.")
    some.append(_set_aside(counts))
    less = [
        say.counted(n, *names)
        for n, names in (
            (counts.undated, ("message sans date plausible", "messages sans date plausible")),
            (counts.wordless, ("mot sans texte", "mots sans texte")),
            (counts.foreign, ("mot de langue incertaine", "mots de langue incertaine")),
        )
        if n
    ]
    if less:
        some.append(f"Lus à moitié{say.FINE}: {say.listed(less)}.")
    return Section("Ce qui n’a pas pu être lu", tuple(filter(None, some)))


def _set_aside(counts: Counts) -> str:
    machines = [say.counted(n, *_MACHINES[kind]) for kind, n in sorted(counts.machines.items()) if kind in _MACHINES]
    sides = counts.sides
    for side, one, many in (
        ("ours", "réponse ou message de vous", "messages de vous"),
        ("our_machine", "message automatique de vous", "messages automatiques de vous"),
        ("internal", "message entre vous", "messages entre vous"),
    ):
        if sides.get(side):
            machines.append(say.counted(sides[side], one, many))
    return f"Comptés à part, jamais comme mots de clients{say.FINE}: {say.listed(machines)}." if machines else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _method(counts: Counts, haul: Haul, ours: Ours) -> Section:
    some = [
        f"Intervalles à 95{say.NS}%{say.FINE}: Wilson pour les parts, rangs pour les médianes, les attentes en cours "
        "comptées comme telles. Ils supposent des mots indépendants et ne disent rien des erreurs de lecture.",
        f"Thèmes et tons sont lus par un programme, à l’aide d’une liste de mots{say.FINE}; sur des avis français "
        "notés par leurs auteurs, il a raison environ neuf fois sur dix quand il tranche, moins souvent sur les "
        "plaintes d’un métier qu’il ne connaît pas. Une lecture n’est pas un fait.",
    ]
    if haul.has_mail:
        some.append(_who(ours))
        some.append(
            "Une demande commence au premier message d’une personne et finit à votre réponse suivante, suivie par "
            "Message-ID, puis par objet. Un téléphone, un guichet, une autre boîte n’y sont pas."
        )
    return Section("Comment ce bilan est fait", tuple(some))


def _who(ours: Ours) -> str:
    if not ours.addresses and not ours.domains:
        return "Aucune adresse à vous n’a été reconnue."
    said = [
        say.counted(n, *names)
        for n, names in (
            (len(ours.addresses), ("adresse", "adresses")),
            (len(ours.domains), ("domaine", "domaines")),
        )
        if n
    ]
    how = f"devinés d’après la boîte, ceux {ours.how}" if ours.is_guess else ours.how
    return f"Sont à vous{say.FINE}: {say.listed(said)} ({how})."
