"""Files of 400 lines and functions of 40 at most, docstrings apart: one screen, one idea. Not for tests and migrations.

A function that must be longer says why on its `def` line: `# long: one case per RFC rule`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 40


def main() -> int:
    """Print what is too long; 1 when there is any."""
    files = [path for folder in ("egards", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
    kept = [path for path in files if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)]
    long = [line for path in kept for line in too_long(path)]
    print("\n".join(long) or f"{len(kept)} fichiers, tous lisibles d’un regard.")
    return 1 if long else 0


def too_long(path: Path) -> Iterator[str]:
    """The complaints about one file."""
    text = path.read_text()
    lines = text.splitlines()
    name = path.relative_to(ROOT)
    if len(lines) > FILE_LINES:
        yield f"{name} : {len(lines)} lignes"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            if length > FUNCTION_LINES and "# long:" not in lines[node.lineno - 1]:
                yield f"{name}:{node.lineno} : {node.name} a {length} lignes"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines the docstring takes."""
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


if __name__ == "__main__":
    sys.exit(main())
