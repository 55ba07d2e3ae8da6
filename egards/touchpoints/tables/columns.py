"""What each column of a table is, by its name and by what it holds, in French and in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .values import day_and_month, plain_name, read_moment, read_score

MEANINGS = {
    "text": "texte",
    "title": "titre",
    "score": "note",
    "date": "date",
    "author": "nom de l’auteur",
    "given_name": "prénom de l’auteur",
    "email": "adresse électronique",
    "phone": "téléphone",
    "loyalty": "numéro de fidélité",
    "place": "lieu",
    "product": "produit",
    "brand": "marque",
    "id": "identifiant",
    "language": "langue",
}
# Whole names first, from the surest; a name that only holds one of them as words is less sure.
_NAMES: dict[str, str] = {
    "text": "commentaire verbatim avis texte text comment review message content body feedback contenu temoignage"
    " reponse_libre texte_libre review_text review_body comment_text commentaires comments verbatims remarques remarque"
    " opinion answer reponse description suggestion suggestions motif_insatisfaction why pourquoi",
    "title": "titre title subject objet sujet review_title headline summary resume review_summary intitule",
    "score": "note stars score rating etoiles etoile satisfaction nps csat ces recommandation overall grade evaluation"
    " star_rating review_rating note_globale note_sur_5 note_sur_10 note_sur_20 nombre_etoiles nb_etoiles"
    " overall_rating overall_satisfaction satisfaction_globale note_nps score_nps likelihood_to_recommend points",
    "date": "date date_avis date_publication date_de_publication date_reponse date_de_reponse review_date created_at"
    " created submitted_at published_at timestamp horodateur horodatage date_creation date_de_creation date_de_l_avis"
    " posted_at date_heure datetime submission_date start_date end_date recorded_date submittedat createdat time jour"
    " response_date quand when le",
    "author": "auteur author nom name author_name nom_client client customer customer_name pseudo reviewer"
    " reviewer_name user username nom_complet full_name fullname nom_de_l_auteur display_name nom_de_famille"
    " last_name lastname surname utilisateur reviewername",
    "given_name": "prenom first_name firstname given_name prenom_client",
    "email": "email e_mail mail courriel adresse_email adresse_mail adresse_e_mail email_address email_client mel"
    " adresse_electronique customer_email adresse_de_courriel reviewer_email",
    "phone": "telephone tel phone mobile portable gsm phone_number numero_de_telephone telephone_mobile num_tel msisdn"
    " tel_mobile numero_telephone cell n_tel n_de_telephone",
    "loyalty": "carte_fidelite numero_fidelite numero_de_fidelite fidelite loyalty loyalty_number loyalty_id"
    " numero_client num_client n_client id_client client_id customer_id code_client numero_de_carte carte_de_fidelite"
    " loyalty_card membership_number member_id card_number n_carte n_fidelite customer_number no_client",
    "place": "magasin lieu ville agence boutique point_de_vente store store_name location place site etablissement city"
    " restaurant hotel branch shop pdv enseigne_magasin nom_magasin code_magasin station",
    "product": "produit product product_name article nom_produit item sku reference_produit asin offre contrat modele"
    " product_id libelle_produit service",
    "brand": "marque brand enseigne brand_name assureur company entreprise societe fabricant",
    "id": "id identifiant identifiant_avis review_id id_avis uuid response_id reviewid id_reponse reference ref"
    " numero_avis answer_id external_id avis_id respondent_id n_reponse no_reponse submission_id token",
    "language": "langue language lang locale",
}
_RANK = {
    name.replace("_", " "): (meaning, place)
    for meaning, names in _NAMES.items()
    for place, name in enumerate(names.split())
}
_NEVER = {
    "date": ("naissance", "birth", "achat", "commande", "purchase", "order", "modif", "update"),
    "id": ("commande", "order", "client", "customer", "produit", "product", "magasin", "store", "achat", "facture"),
}
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}$")
_PHONE = re.compile(r"(?:\+|00)?[\d\s().-]{9,20}$")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2})?$|fran[cç]ais|english|anglais|french", re.I)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?$")
_USUAL: tuple[tuple[float, float] | None, ...] = ((1.0, 5.0), (0.0, 10.0))
_SCALES: tuple[tuple[float, float], ...] = ((1, 5), (0, 5), (0, 10), (0, 20), (0, 100))


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its meaning (a key of ``MEANINGS``, or empty: kept as it is). ``confidence`` goes from 0 to 1."""

    name: str
    meaning: str = ""
    confidence: float = 0.0
    why: str = ""
    samples: tuple[str, ...] = ()


@dataclass(slots=True)
class Profile:
    """What a sample of a column holds: counts over its non-empty values."""

    name: str
    values: list[str]

    def share(self, test: Callable[[str], object]) -> float:
        """The share of values that pass a test, over at most 300 of them; 0 when there are none."""
        some = self.values[:300]
        return sum(1 for value in some if test(value)) / len(some) if some else 0.0

    @property
    def mean_length(self) -> float:
        """Mean number of characters."""
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0

    @property
    def words(self) -> float:
        """Mean number of words."""
        return sum(value.count(" ") + 1 for value in self.values) / len(self.values) if self.values else 0.0

    @property
    def distinct(self) -> int:
        """Number of different values."""
        return len(set(self.values))

    def samples(self) -> tuple[str, ...]:
        """Three different values, shortened."""
        return tuple(shortened(value) for value in list(dict.fromkeys(self.values))[:3])


def shortened(text: str, length: int = 40) -> str:
    """One line of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def recognise(profiles: list[Profile]) -> list[Column]:
    """The meaning of every column; each meaning goes to at most one column, the surest first."""
    wishes: list[tuple[float, int, str, str]] = []
    for place, profile in enumerate(profiles):
        for meaning, confidence, why in _by_name(profile) + _by_content(profile):
            wishes.append((-confidence, place, meaning, why))
    given: dict[int, tuple[str, float, str]] = {}
    taken: set[str] = set()
    for less, place, meaning, why in sorted(wishes):
        if place not in given and meaning not in taken:
            given[place] = (meaning, -less, why)
            taken.add(meaning)
    columns = []
    for place, profile in enumerate(profiles):
        meaning, confidence, why = given.get(place, ("", 0.0, "ni le nom ni les valeurs ne disent ce que c’est"))
        columns.append(Column(profile.name, meaning, round(confidence, 2), why, profile.samples()))
    return columns


def _by_name(profile: Profile) -> list[tuple[str, float, str]]:
    """Meanings that the name suggests and the values do not contradict."""
    name = plain_name(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", profile.name))
    found: list[tuple[str, float, str]] = []
    for meaning in MEANINGS:
        rank = _rank(name, meaning)
        if rank is None or any(word in name for word in _NEVER.get(meaning, ())):
            continue
        whole, place = rank
        agrees = _agreement(meaning, profile)
        if agrees < 0.3 and profile.values:
            continue
        confidence = (0.95 if whole else 0.75) - min(place, 30) * 0.004 - (1 - agrees) * 0.3
        why = f"le nom de la colonne{_AGREEMENT.get(meaning, '') if profile.values else ''}"
        found.append((meaning, confidence, why))
    return found


_AGREEMENT = {
    "text": " et des phrases",
    "score": " et des nombres",
    "date": " et des dates",
    "email": " et des adresses",
    "phone": " et des numéros",
    "language": " et des codes de langue",
}


def _rank(name: str, meaning: str) -> tuple[bool, int] | None:
    """Whether the name is one that we know for a meaning, wholly or among its words, and how usual that one is."""
    if _RANK.get(name, ("", 0))[0] == meaning:
        return True, _RANK[name][1]
    padded = f" {name} "
    inside = [
        place
        for known, (owner, place) in _RANK.items()
        if owner == meaning and len(known) > 2 and f" {known} " in padded
    ]
    return (False, min(inside)) if inside else None


def _agreement(meaning: str, profile: Profile) -> float:
    """How far the values can be what the name says, from 0 to 1."""
    if meaning == "text":
        if profile.share(_NUMBER.match) > 0.8 or profile.share(_is_written_date) > 0.8:
            return 0.0
        return 1.0 if profile.words >= 3 else 0.6
    if meaning == "score":
        return profile.share(read_score) if scale_of(profile) else 0.0
    if meaning == "date":
        return max(profile.share(read_moment), profile.share(_read_month_first))
    if meaning == "email":
        return profile.share(_EMAIL.match)
    if meaning == "phone":
        return profile.share(_PHONE.match)
    if meaning == "language":
        return profile.share(_LANGUAGE.match)
    if meaning == "id":  # what repeats names something else: an order, a shop, a person
        return 1.0 if profile.distinct >= 0.98 * len(profile.values) else 0.0
    if meaning in ("author", "given_name", "place", "brand", "product"):
        return 0.0 if profile.words > 12 else 1.0
    return 1.0


def _read_month_first(text: str) -> object:
    return read_moment(text, "mdy")


def _is_written_date(text: str) -> bool:
    """A date in words or with separators; a plain number could be anything."""
    return bool(read_moment(text, serials=False) or read_moment(text, "mdy", serials=False))


def _by_content(profile: Profile) -> list[tuple[str, float, str]]:
    """Meanings that the values alone suggest."""
    if not profile.values:
        return []
    found: list[tuple[str, float, str]] = []
    if profile.share(_EMAIL.match) >= 0.8:
        found.append(("email", 0.7, "les valeurs sont des adresses"))
    elif profile.share(_is_written_date) >= 0.8:
        found.append(("date", 0.6, "les valeurs sont des dates"))
    elif profile.share(_PHONE.match) >= 0.8 and profile.share(lambda value: value.startswith(("0", "+"))) >= 0.8:
        found.append(("phone", 0.55, "les valeurs sont des numéros de téléphone"))
    elif profile.words >= 3 and profile.mean_length >= 12:
        found.append(("text", 0.4 + min(0.25, profile.mean_length / 300), "les valeurs sont des phrases"))
    elif _is_few_numbers(profile) and scale_of(profile) in _USUAL:
        found.append(("score", 0.45, "quelques nombres entiers qui se répètent"))
    return found


def _is_few_numbers(profile: Profile) -> bool:
    few = profile.distinct <= 11 and len(profile.values) > profile.distinct
    return few and profile.share(_NUMBER.match) == 1.0


def scale_of(profile: Profile) -> tuple[float, float] | None:
    """The scale of scores, from the name of their column and their values; None when no usual scale holds them."""
    scores = [score for score in map(read_score, profile.values) if score]
    if not scores:
        return None
    said = Counter(top for _, top in scores if top)
    if said:
        top = said.most_common(1)[0][0]
        return (1.0, 5.0) if top == 5 else (0.0, top)
    lowest, highest = min(value for value, _ in scores), max(value for value, _ in scores)
    by_name = _named_scale(plain_name(profile.name), profile.name)
    if by_name and by_name[0] <= lowest and highest <= by_name[1]:
        return by_name
    usual = [value for value, _ in scores]
    for low, high in _SCALES:
        # A mistyped score must not change the scale of all the others: it will be set aside, with the reason.
        if sum(not low <= value <= high for value in usual) <= max(len(usual) >= 20, len(usual) // 200):
            return low, high
    return None


def _named_scale(name: str, original: str) -> tuple[float, float] | None:
    words = name.split()
    if said := re.search(r"(?:sur|out of|/)\s*(\d{1,3})\b", f"{name} {original.lower()}"):
        top = float(said[1])
        return (1.0, 5.0) if top == 5 else (0.0, top)
    if "nps" in words or "recommander" in words or "recommandation" in words or "recommend" in words:
        return 0.0, 10.0
    if {"stars", "star", "etoiles", "etoile"} & set(words):
        return 1.0, 5.0
    return (0.0, 100.0) if "%" in original or "pourcentage" in words else None


def day_order(values: list[str]) -> tuple[str, str]:
    """``dmy`` or ``mdy`` for days written in numbers, and why (French)."""
    pairs = [pair for pair in map(day_and_month, values) if pair]
    if not pairs:
        return "dmy", ""
    day_first = sum(first > 12 for first, _ in pairs)
    month_first = sum(second > 12 for _, second in pairs)
    if month_first > day_first:
        return "mdy", "mois/jour/année, car le deuxième nombre dépasse 12"
    if day_first:
        return "dmy", "jour/mois/année, car le premier nombre dépasse 12"
    return "dmy", "jour/mois/année par défaut\u202f: rien ne permet de trancher"
