"""The command ``egards``: French help, exit codes (0 done, 1 failed, 2 misused, 130 interrupted)."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from egards import __version__
from egards.cli.french import speak_french
from egards.cli.house import HouseError, choose_new_home, open_house

#: Command → module of its work, imported once Django is ready.
WORK = {
    "new": "egards.cli.commands.new",
    "run": "egards.cli.commands.run",
    "import": "egards.cli.commands.import_words",
    "read": "egards.cli.commands.read",
    "read-file": "egards.cli.commands.read_file",
    "forget": "egards.cli.commands.forget",
    "export": "egards.cli.commands.export",
    "backup": "egards.cli.commands.backup",
    "restore": "egards.cli.commands.restore",
    "upgrade": "egards.cli.commands.upgrade",
    "move-database": "egards.cli.commands.move_database",
    "doctor": "egards.cli.commands.doctor",
    "member": "egards.cli.commands.member",
    "key": "egards.cli.commands.key",
    "mail": "egards.cli.commands.mail",
    "bilan": "egards.cli.commands.bilan",
}

#: Commands that need neither a house nor its base.
WITHOUT_HOUSE = {"mail", "bilan", "read-file"}

#: Commands that look at the schema themselves before anything changes it.
WITHOUT_MIGRATION = {"restore", "upgrade", "doctor"}

#: Commands that may run in a house whose restore was cut: forgotten people would be visible again to the others.
WHILE_UNFINISHED = {"restore", "doctor"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    speak_french()
    args = parser().parse_args(arguments)
    if args.command == "read" and args.file is not None:
        args.command = "read-file"
    logging.captureWarnings(True)
    try:
        if args.command in WITHOUT_HOUSE:
            return int(importlib.import_module(WORK[args.command]).handle(args))
        if args.command == "new":
            choose_new_home(args.folder)
        with open_house(migrate=args.command not in WITHOUT_MIGRATION) as house:
            if args.command not in WHILE_UNFINISHED:
                importlib.import_module("egards.cli.restoring").check_house_may_open()
            work = importlib.import_module(WORK[args.command])
            args.house = house
            return int(work.handle(args))
    except KeyboardInterrupt:
        print("\nInterrompu. Rien n’est perdu : relancez la même commande pour continuer.", file=sys.stderr)
        return 130
    except HouseError as error:
        print(f"egards : {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the command's grammar."""
    top = argparse.ArgumentParser(
        prog="egards", description="Égards : écouter ses clients et les traiter en partenaires."
    )
    top.add_argument("--version", action="version", version=f"Égards {__version__}", help="dire la version et finir")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE", title="commandes")
    _everyday(commands)
    _data(commands)
    _upkeep(commands)
    return top


def _everyday(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = commands.add_parser("new", help="faire une maison neuve, à vous, sans aucun compte")
    new.add_argument("folder", type=Path, nargs="?", metavar="DOSSIER", help="son dossier (sinon : EGARDS_HOME ou var)")

    run = commands.add_parser("run", help="ouvrir la maison : pages, flux, tâches (Ctrl-C pour fermer)")
    run.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1 : cette machine seulement)")
    run.add_argument("--port", type=int, default=8000, help="port souhaité ; s’il est pris, le suivant")
    run.add_argument("--empty", action="store_true", help="ouvrir une maison neuve vide, à vous, au lieu de la démonstration")  # fmt: skip  # noqa: E501

    importing = commands.add_parser("import", help="faire entrer e-mails et verbatims que vous avez déjà")
    importing.add_argument("path", type=Path, metavar="CHEMIN", help="fichier ou dossier : .eml, Maildir, mbox, .csv, .jsonl, .xlsx")  # fmt: skip  # noqa: E501
    importing.add_argument("--live", action="store_true", help="traiter comme du courrier du jour (sinon : archives)")
    importing.add_argument("--brand", default="Ma marque", metavar="MARQUE", help="marque à qui les mots s’adressent")
    importing.add_argument("--touchpoint", metavar="CODE", help="point de contact existant où les ranger")
    importing.add_argument("--map", action="append", default=[], metavar="SENS=COLONNE", help="dire le sens d’une colonne, par exemple text=Commentaire")  # fmt: skip  # noqa: E501
    importing.add_argument("--dry-run", action="store_true", help="montrer ce qui serait compris, ne rien garder")

    reading = commands.add_parser(
        "read", help="lire les textes d’un fichier, ou relire tous les verbatims de la maison"
    )
    _reading_options(reading)

    member = commands.add_parser("member", help="ajouter un membre, ou voir qui est là")
    member.add_argument("--add", metavar="ADRESSE", help="adresse électronique du nouveau membre")
    member.add_argument("--new-password", metavar="ADRESSE", help="donner un nouveau mot de passe à un membre")
    member.add_argument("--name", default="", metavar="NOM", help="prénom et nom")
    member.add_argument("--role", default="adviser", metavar="RÔLE", help="adviser, manager, store, expert, people, data ou admin")  # fmt: skip  # noqa: E501
    member.add_argument("--brand", metavar="MARQUE", help="marque du rôle (inutile pour admin)")

    key = commands.add_parser("key", help="faire une clé d’API pour un programme")
    key.add_argument("name", metavar="NOM", help="à quoi elle sert")
    key.add_argument("--brand", required=True, metavar="MARQUE", help="marque que la clé peut voir")
    key.add_argument("--scope", action="append", metavar="DROIT", help="interactions:write, interactions:read, customers:read")  # fmt: skip  # noqa: E501


def _reading_options(reading: argparse.ArgumentParser) -> None:
    reading.add_argument("file", nargs="?", metavar="FICHIER", help=".csv, .jsonl ou .txt à lire sans maison ni base, - pour l’entrée ; sans fichier, la maison")  # fmt: skip  # noqa: E501
    reading.add_argument("--all", action="store_true", help="la maison : relire aussi ce que ce moteur a déjà lu")
    reading.add_argument("--column", metavar="COLONNE", help="colonne (ou champ) du texte")
    reading.add_argument("-o", "--output", type=Path, metavar="SORTIE", help="fichier .jsonl à écrire (sinon : l’écran)")  # fmt: skip  # noqa: E501
    reading.add_argument("--themes", type=Path, metavar="PLAN.toml", help="un autre plan de lecture que celui fourni")
    reading.add_argument("--mode", choices=["fine", "mass"], default="fine", help="fine : par le sens, plus lente ; mass : par les mots seuls, la plus rapide")  # fmt: skip  # noqa: E501
    reading.add_argument("--adapt", action="store_true", help="apprendre d’abord le vocabulaire du fichier")
    reading.add_argument("--labels", metavar="COLONNE", help="apprendre des étiquettes de cette colonne (étoiles de 1 à 5, positif, négatif)")  # fmt: skip  # noqa: E501
    reading.add_argument("--format", choices=["csv", "jsonl", "txt"], help="forme de l’entrée, si le nom ne la dit pas")
    reading.add_argument("--language", default="fr", metavar="CODE", help="langue des textes trop courts pour la dire (fr)")  # fmt: skip  # noqa: E501


def _data(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    forget = commands.add_parser("forget", help="oublier une personne partout")
    forget.add_argument("customer", metavar="CLIENT", help="identifiant, adresse e-mail ou téléphone")
    forget.add_argument("--yes", action="store_true", help="ne pas demander confirmation")

    export = commands.add_parser("export", help="donner à une personne tout ce que nous savons d’elle")
    export.add_argument("customer", metavar="CLIENT", help="identifiant, adresse e-mail ou téléphone")
    export.add_argument("file", type=Path, metavar="FICHIER", help="archive .zip à écrire")

    bilan = commands.add_parser("bilan", help="deux pages honnêtes sur une boîte d’e-mail ou un tableau, sans maison ni compte", description="Lit une boîte d’e-mail ou un tableau d’avis et en fait deux pages (HTML et PDF) : ce que disent les clients, ce qui est resté sans réponse et depuis quand, qui a dû répéter, ce qui mécontente, et ce qui n’a pas pu être lu. Rien n’est gardé, rien ne sort de cette machine ; ni nom ni adresse n’y figure.")  # fmt: skip  # noqa: E501
    bilan.add_argument("path", type=Path, metavar="CHEMIN", help="fichier ou dossier : mbox, Maildir, .eml, .csv, .jsonl, .xlsx")  # fmt: skip  # noqa: E501
    bilan.add_argument("--ours", action="append", default=[], metavar="ADRESSE", help="adresse ou domaine à vous (sinon : deviné d’après la boîte, et dit) ; se répète")  # fmt: skip  # noqa: E501
    bilan.add_argument("--out", "-o", type=Path, default=Path("bilan"), metavar="NOM", help="nom des fichiers à écrire, sans extension (sinon : bilan, ici)")  # fmt: skip  # noqa: E501

    mail = commands.add_parser("mail", help="montrer ce qui est lu dans des e-mails, en JSON, sans rien garder")
    mail.add_argument("action", choices=["parse"], metavar="parse", help="lire")
    mail.add_argument("files", nargs="+", metavar="FICHIER", help="e-mail tel que reçu (.eml), ou - pour l’entrée")
    mail.add_argument("--authserv-id", default="", metavar="NOM", help="nom de notre serveur dans Authentication-Results")  # fmt: skip  # noqa: E501


def _upkeep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="sauvegarder la maison, même en service")
    backup.add_argument("file", type=Path, metavar="FICHIER", help="fichier à écrire (chiffré)")

    restore = commands.add_parser("restore", help="remettre une sauvegarde dans une maison vide")
    restore.add_argument("file", type=Path, metavar="FICHIER", help="sauvegarde à lire")
    restore.add_argument("--keys", type=Path, required=True, metavar="DOSSIER", help="dossier des clés de sauvegarde")
    restore.add_argument("--erasures", type=Path, metavar="FICHIER", help="journal des oublis (erasures.jsonl)")
    restore.add_argument("--no-erasure", action="store_true", help="je certifie que personne n’a été oublié depuis")

    commands.add_parser("upgrade", help="sauvegarder, puis mettre la base à jour").add_argument(
        "--backup", type=Path, metavar="FICHIER", help="où écrire la sauvegarde (sinon : backups/)"
    )
    move = commands.add_parser("move-database", help="tout emporter vers un autre serveur PostgreSQL")
    move.add_argument("url", metavar="URL", help="postgresql://… d’une base vide")
    commands.add_parser("doctor", help="vérifier la maison : la loi des nombres, la base, la place")


if __name__ == "__main__":
    sys.exit(main())
