"""French catalogues, without the gettext programs: `update [app…]` extracts and compiles, `check` refuses what is not
done.

Each app has its own `egards/<app>/locale/fr/LC_MESSAGES/django.po` and the `.mo` made from it, both committed.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "egards"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# French typography that a keyboard forgets: a straight apostrophe, an ordinary space where a no-break one is due.
UNTIDY = re.compile(r"\w'\w| [;:!?»](?!\w)|« |\.\.\.")


def main() -> int:
    """`update`, of all apps or of those named, or `check`; the exit code of check is 1 when something is missing."""
    if sys.argv[1:2] == ["update"]:
        named = sys.argv[2:]
        for app in apps():
            if not named or app.name in named:
                update(app)
        return 0
    if sys.argv[1:] == ["check"]:
        complaints = [*check_all(), *conflicts()]
        print("\n".join(complaints) or f"{len(list(apps()))} apps traduites.")
        return 1 if complaints else 0
    print("messages.py update [app…] | check", file=sys.stderr)
    return 2


def apps() -> Iterator[Path]:
    """The apps that have something to say, or a catalogue left from when they had."""
    for app in sorted(path.parent for path in APPS.glob("*/__init__.py")):
        if po_file(app).exists() or len(messages_of(app)):
            yield app


def po_file(app: Path) -> Path:
    """Where an app's French is."""
    return app / "locale" / "fr" / "LC_MESSAGES" / "django.po"


# ── extraction ───────────────────────────────────────────────────────────────────────────────────────────────────────


def messages_of(app: Path) -> Catalog:
    """Every message of an app's Python files and templates."""
    catalog = Catalog(locale="fr", charset="utf-8")
    for path in sources(app):
        text = path.read_text()
        source = text if path.suffix == ".py" else templatize(text, origin=str(path))
        for _line, words, comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",), {"encoding": "utf-8"}
        ):
            words = tuple(words) if isinstance(words, (list, tuple)) else words
            # The file, without its line: a moved line is not a change of catalogue.
            catalog.add(words, None, [(str(path.relative_to(ROOT)), 0)], context=context, auto_comments=comments)
    return catalog


def sources(app: Path) -> list[Path]:
    """Python files and templates that people may read the words of; not tests."""
    files = [*app.rglob("*.py"), *app.rglob("templates/**/*.html"), *app.rglob("templates/**/*.txt")]
    return sorted(path for path in files if not {"tests", "migrations"} & set(path.relative_to(app).parts))


# ── update ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def update(app: Path) -> None:
    """Add new messages (already in French when another app has them), drop the unused ones, compile."""
    path = po_file(app)
    known = read(path) if path.exists() else Catalog(locale="fr", charset="utf-8", project="egards")
    found = messages_of(app)
    fresh = Catalog(
        locale="fr",
        charset="utf-8",
        project="egards",
        version="",
        msgid_bugs_address="",
        last_translator="Égards",
        language_team="fr",
        fuzzy=False,
    )
    fresh.header_comment = known.header_comment if path.exists() else "# Égards — français."
    for message in found:
        if message.id:
            fresh.add(
                message.id,
                french_of(message, known) or french_elsewhere(message, app) or None,
                message.locations,
                auto_comments=message.auto_comments,
                user_comments=known_comments(message, known),
                context=message.context,
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=118, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By).*\n', "", buffer.getvalue().decode(), flags=re.M
    )
    path.write_text(text)
    path.with_suffix(".mo").write_bytes(compiled(path))
    missing = sum(1 for message in fresh if message.id and not is_translated(message))
    print(f"{app.name:<14} {len(fresh):>4} messages, {missing} à traduire")


def read(path: Path) -> Catalog:
    """A catalogue on disk."""
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def compiled(path: Path) -> bytes:
    """What the .mo of a .po must be, to the byte."""
    buffer = io.BytesIO()
    write_mo(buffer, read(path))
    return re.sub(rb"(POT-Creation-Date|PO-Revision-Date): [^\n]*\n", blank, buffer.getvalue())


def blank(match: re.Match[bytes]) -> bytes:
    """A header line of the same length without its date: Babel writes today's."""
    return match.group(1) + b": " + b" " * (len(match.group(0)) - len(match.group(1)) - 3) + b"\n"


def french_of(message: Message, catalog: Catalog) -> str | tuple[str, ...] | None:
    """The French of a message in a catalogue, when it is there, complete and not fuzzy."""
    known = catalog.get(key(message), message.context)
    same_kind = known is not None and known.pluralizable == message.pluralizable
    return known.string if known is not None and same_kind and is_translated(known) else None  # type: ignore[return-value]


def known_comments(message: Message, catalog: Catalog) -> list[str]:
    """What a translator noted beside a message."""
    known = catalog.get(key(message), message.context)
    return list(known.user_comments) if known is not None else []


def french_elsewhere(message: Message, app: Path) -> str | tuple[str, ...] | None:
    """The French that another app gives to the same message."""
    for path in sorted(APPS.glob("*/locale/fr/LC_MESSAGES/django.po")):
        if path != po_file(app) and (french := french_of(message, read(path))):
            return french
    return None


def key(message: Message) -> str:
    """A message's English, its singular when it has two forms."""
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def is_translated(message: Message) -> bool:
    """Whether every form has its French and nobody doubts it."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(forms) and not message.fuzzy


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_all() -> Iterator[str]:
    """Every complaint about every app, one line each."""
    for app in apps():
        path = po_file(app)
        yield from built_messages(app)
        if not path.exists():
            yield f"{app.name} : pas de catalogue ; lancez « make messages »"
            continue
        known = read(path)
        for message in messages_of(app):
            if message.id and not french_of(message, known):
                yield f"{app.name} : sans français, ou incertain : {key(message)!r} ({message.locations[0][0]})"
        yield from doubts(app.name, known)
        mo = path.with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled(path):
            yield f"{app.name} : {mo.name} n’est pas celui de {path.name} ; lancez « make messages »"


def doubts(app: str, catalog: Catalog) -> Iterator[str]:
    """Placeholders lost in translation, and typography."""
    for message in catalog:
        if not message.id:
            continue
        for error in message.check(catalog):
            yield f"{app} : {key(message)!r} : {error}"
        forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        for form in forms:
            if untidy := UNTIDY.search(re.sub(r"<[^>]+>|https?://\S+", "", str(form))):
                yield f"{app} : typographie {untidy.group()!r} dans {form!r}"


def built_messages(app: Path) -> Iterator[str]:
    """An f-string, a % or a .format inside gettext(): the catalogue can never hold the result."""
    for path in sources(app):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name_of(node.func) in KEYWORDS:
                for argument in node.args[:1]:
                    if not isinstance(argument, (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)):
                        yield f"{path.relative_to(ROOT)}:{node.lineno} : phrase fabriquée dans gettext"


def name_of(function: ast.expr) -> str:
    """The last name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def conflicts() -> Iterator[str]:
    """Django merges all catalogues: the same English with two Frenches would show one of them at random."""
    seen: dict[tuple[str, str | None], tuple[str, object]] = {}
    for path in sorted(APPS.glob("*/locale/fr/LC_MESSAGES/django.po")):
        app = path.parents[3].name
        for message in read(path):
            if message.id and is_translated(message):
                first_app, first = seen.setdefault((key(message), message.context), (app, message.string))
                if first != message.string:
                    yield f"{key(message)!r} : {first!r} ({first_app}) mais {message.string!r} ({app})"


if __name__ == "__main__":
    sys.exit(main())
