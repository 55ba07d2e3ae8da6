"""The kinds that exist: every module of ``kinds/`` and every entry point of the group ``egards.touchpoints``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from egards.touchpoints import kinds
from egards.touchpoints.kind import Kind

ENTRY_POINT_GROUP = "egards.touchpoints"


class UnknownKind(LookupError):
    """No installed kind has this name."""


@cache
def all_kinds() -> dict[str, Kind]:
    """Return one instance of each kind, by name. Raises ``ValueError`` when two kinds share a name."""
    classes = [cls for name in _module_names() for cls in _kinds_in(name)]
    classes += [entry.load() for entry in entry_points(group=ENTRY_POINT_GROUP)]
    found: dict[str, Kind] = {}
    for cls in classes:
        if cls.kind in found:
            raise ValueError(f"Deux sortes de points de contact s’appellent « {cls.kind} ».")
        found[cls.kind] = cls()
    return found


def kind_named(name: str) -> Kind:
    """Return the kind, or raise ``UnknownKind`` with the names that exist."""
    try:
        return all_kinds()[name]
    except KeyError:
        known = ", ".join(sorted(all_kinds()))
        raise UnknownKind(f"La sorte « {name} » n’est pas installée. Sortes connues : {known}.") from None


def _module_names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(kinds.__path__, kinds.__name__ + "."))


def _kinds_in(module_name: str) -> list[type[Kind]]:
    module = importlib.import_module(module_name)
    members = vars(module).values()
    return [m for m in members if isinstance(m, type) and issubclass(m, Kind) and m.__module__ == module_name]
