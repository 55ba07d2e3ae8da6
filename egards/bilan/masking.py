"""Hiding people in what is shown: addresses, numbers, links, names. Rather one word too many than one too few."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.sensitive import Pattern, sensitive_spans

_HIDDEN = "\u00a0[…]\u00a0"
_SIGNS = (
    re.compile(r"\S+@\S+"),
    re.compile(r"(?:https?://|www\.)\S+", re.I),
    re.compile(r"\b\d{1,4}\s*(?:bis|ter)?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|route|quai|cours)"
               r"\b[^.,;\n!?]{0,60}", re.I),
    re.compile(r"\b[A-Z]{1,4}[-/ ]?\d[\w/-]*"),
    re.compile(r"\+?\d(?:[\s.\-/]?\d){3,}"),
)  # fmt: skip
_TITLES = re.compile(
    r"\b(?:M|Mr|Mme|Mlle|MM|Dr|Me|Monsieur|Madame|Mademoiselle|Docteur|Maître)\b\.?\s+[A-ZÀ-Ý][\w’'-]*"
)
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']", re.I)
_OPENING = re.compile(r"(?:^|[.!?…:;]\s*|[«(–—-]\s*)$")
#: Words that hide nobody, wherever and however they are written.
_PLAIN = frozenset("sav sms mms rdv cb tva pdf tv wifi usb internet france noël pâques je j a à y".split())
#: Words that open sentences, for mailboxes too small to teach them.
_OPENERS = frozenset(
    "bonjour bonsoir merci bravo le la les l un une des du de d ce c cet cette ces ça cela mon ma mes votre vos"
    " notre nos nous vous on il elle ils elles qui que qu quand quel quelle comment pourquoi où et ou mais donc or"
    " ni car si en dans sur sous par pour avec sans chez après avant depuis pendant toujours jamais encore déjà"
    " aucun aucune rien personne tout toute tous toutes très trop bien bon bonne mal mauvais mauvaise impossible"
    " aujourd’hui hier demain voilà voici j’ai colis commande livraison livreur produit article service magasin"
    " client cliente remboursement réponse attente accueil prix facture site téléphone enfin ensuite puis alors"
    " aussi même malgré ayant suite faute hors plus moins déçu déçue ravi ravie satisfait satisfaite content"
    " contente parfait excellent super nul nulle inadmissible scandaleux lamentable honteux dommage attention"
    " cordialement".split()
)
_SEVERAL = re.compile(r"(?:[\s,’']*\[…\][\s]*)+")


@cache
def _patterns() -> tuple[Pattern, ...]:
    return load_plan().patterns


def masked(text: str, *, names: Collection[str], usual: Collection[str]) -> str:
    """Return ``text`` on one line with every sign of a person hidden behind « […] ».

    ``names`` (lower case) are always hidden. Every other word with a capital is hidden too, unless it opens a sentence
    and is among the ``usual`` words (lower case) that several people write without one.
    """
    line = " ".join(text.split())
    for _code, span in reversed(sensitive_spans(line, _patterns())):
        line = f"{line[: span.start]}{_HIDDEN}{line[span.end :]}"
    for sign in _SIGNS:
        line = sign.sub(_HIDDEN, line)
    line = _TITLES.sub(_HIDDEN, line)
    line = _WORD.sub(lambda found: _shown(found, line, names, usual), line)
    return _SEVERAL.sub(" […] ", line).replace(" ,", ",").replace("] .", "].").strip()


def _shown(found: re.Match[str], line: str, names: Collection[str], usual: Collection[str]) -> str:
    word = found.group()
    core = _ELIDED.sub("", word)
    lower = core.lower()
    if {lower, *re.split(r"[-’']", lower)} & set(names):
        return _HIDDEN
    if not core[:1].isupper() or lower in _PLAIN:
        return word
    is_expected = bool(_OPENING.search(line, 0, found.start())) or (word.isupper() and len(word) > 1)
    return word if is_expected and (lower in usual or lower in _OPENERS) else _HIDDEN


def holes(text: str) -> int:
    """Return how many places of a masked text are hidden."""
    return text.count("[…]")
