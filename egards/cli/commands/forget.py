"""``egards forget``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.forgetting import NobodyFound, SharedAddress, find_person, forget, resume
from egards.cli.showing import say


def handle(args: argparse.Namespace) -> int:
    """Forget a person after a yes; what a crash left unfinished is finished first."""
    for unfinished in resume(progress=say):
        print("\n".join(["Un oubli interrompu est terminé.", *unfinished.sentences()]))
    try:
        person = find_person(args.customer)
    except (NobodyFound, SharedAddress) as error:
        print(f"egards forget : {error}", file=sys.stderr)
        return 1
    if not args.yes and not _confirmed(len(person.interaction_ids)):
        print("Rien n’a été effacé.")
        return 1
    print("\n".join(forget(person, progress=say).sentences()))
    return 0


def _confirmed(words: int) -> bool:
    if not sys.stdin.isatty():
        print("Ajoutez --yes pour confirmer.", file=sys.stderr)
        return False
    answer = input(f"Cette personne nous a dit {words} mots. Tout effacer, sans retour ? Écrivez « oublier » : ")
    return answer.strip().lower() == "oublier"
