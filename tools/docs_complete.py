"""A public thing without a paragraph in docs/ is refused: its name must stand in backticks in some docs/**/*.md.

Public: the variables the programme reads, the kinds of touchpoint, the jobs, the named routes, the sub-commands. All
are found by reading the sources, without running them.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "egards"


def main() -> int:
    """Print what has no paragraph; 1 when there is any."""
    documented = documented_names()
    missing = [f"{what} `{name}`" for what, name in public_things() if name not in documented]
    print("\n".join(missing) or f"{len(list(public_things()))} noms publics, tous décrits.")
    return 1 if missing else 0


def documented_names() -> set[str]:
    """Every word in backticks in the docs, `egards import file` counting for `egards import` too."""
    names: set[str] = set()
    for page in (ROOT / "docs").rglob("*.md"):
        for quoted in re.findall(r"`([^`\n]+)`", page.read_text()):
            words = quoted.split()
            names |= {quoted.split("=")[0], " ".join(words[:2])}
    return names


def public_things() -> Iterator[tuple[str, str]]:
    """(what it is in French, its name), each once, in a stable order."""
    found: set[tuple[str, str]] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts):
            continue
        tree = ast.parse(path.read_text())
        found |= {("réglage", name) for name in settings_read(tree)}
        found |= {("adresse", name) for name in route_names(tree)}
        if path.parent.name == "kinds":
            found |= {("sorte de point de contact", name) for name in kinds(tree)}
        if path.parent.name == "jobnames":
            found |= {("travail", name) for name in constants(tree)}
        if path.parent.name == "cli":
            found |= {("commande", f"egards {name}") for name in sub_commands(tree)}
    yield from sorted(found)


def settings_read(tree: ast.AST) -> Iterator[str]:
    """Names read from the environment: os.environ.get("X"), os.environ["X"], os.getenv("X")."""
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            name = node.slice
        elif isinstance(node, ast.Call) and re.search(r"environ\.(get|setdefault)$|getenv$", ast.unparse(node.func)):
            name = node.args[0]
        if isinstance(name, ast.Constant) and re.fullmatch(r"EGARDS_\w+|DATABASE_URL", str(name.value)):
            yield str(name.value)


def route_names(tree: ast.AST) -> Iterator[str]:
    """The name= of every path() and re_path()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("path", "re_path"):
            for keyword in node.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def kinds(tree: ast.AST) -> Iterator[str]:
    """The `kind = "…"` of every class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
                value = getattr(line, "value", None)
                if isinstance(target, ast.Name) and target.id == "kind" and isinstance(value, ast.Constant):
                    yield str(value.value)


def constants(tree: ast.Module) -> Iterator[str]:
    """The strings given to the module's CAPITAL names."""
    for line in tree.body:
        if isinstance(line, (ast.Assign, ast.AnnAssign)):
            match line.value:
                case ast.Constant(value=str(name)):
                    yield name


def sub_commands(tree: ast.AST) -> Iterator[str]:
    """The first argument of every add_parser()."""
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_parser"
        if called and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            yield str(node.args[0].value)  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
