"""All routes of the house, read from Django's resolver: nothing here is kept by hand.

A view says its methods itself: by ``require_safe`` and its sisters, by its class, or as an operation of the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern
from ninja.operation import PathView

_ARGUMENT = re.compile(r"<(?:[^>:]+:)?(?P<name>[^>]+)>")


@dataclass(frozen=True)
class Argument:
    """A part of an address to be filled; ``key`` is how ``town.py`` knows which object to put there."""

    name: str
    key: str


@dataclass(frozen=True)
class Route:
    """One named way in. ``methods`` is empty when the view does not say which it takes."""

    name: str
    path: str
    methods: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

    def __str__(self) -> str:
        return f"{self.name or 'without name'} (/{self.path})"


def all_routes() -> list[Route]:
    """Return every route of the current ``ROOT_URLCONF``, libraries' routes included."""
    return list(_walk(get_resolver().url_patterns))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], path: str = "", space: str = "", before: tuple[Argument, ...] = ()
) -> Iterator[Route]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, here, inner, before + _arguments(pattern.pattern, path, space))
            continue
        name = f"{space}{pattern.name}" if pattern.name else ""
        arguments = before + _arguments(pattern.pattern, path, name)
        yield Route(name, here, _methods(pattern.callback, pattern.name), arguments)


def _arguments(pattern: object, path: str, name: str) -> tuple[Argument, ...]:
    """An argument's key is the address up to it (``echanges/<uuid:pk>``); for a regular expression, its route."""
    if isinstance(pattern, RoutePattern):
        route = str(pattern)
        return tuple(Argument(m["name"], path + route[: m.end()]) for m in _ARGUMENT.finditer(route))
    assert isinstance(pattern, RegexPattern), f"{pattern!r} is no kind of address that we know"
    return tuple(Argument(group, f"{name}:{group}") for group in pattern.regex.groupindex)


def _methods(view: Callable[..., Any], name: str | None) -> tuple[str, ...]:
    seen = [_path_view(view), getattr(view, "view_class", None), _allowed(view)]
    for found in seen:
        if isinstance(found, PathView):
            mine = [o for o in found.operations if getattr(o, "url_name", None) == name]
            return tuple(method for operation in mine for method in operation.methods)
        if isinstance(found, type):
            names = [n for n in getattr(found, "http_method_names", ()) if hasattr(found, n) and n != "options"]
            return tuple(n.upper() for n in names) + (("HEAD",) if "get" in names and "head" not in names else ())
        if found:
            return tuple(found)
    return ()


def _path_view(view: Callable[..., Any]) -> PathView | None:
    """Ninja hides the operations of an address in its view's closure."""
    return next((c for c in _closure(view).values() if isinstance(c, PathView)), None)


def _allowed(view: Callable[..., Any] | None) -> Sequence[str]:
    """``require_http_methods`` keeps its list in its closure, under this name."""
    while view is not None:
        if "request_method_list" in _closure(view):
            return list(_closure(view)["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return ()


def _closure(view: Callable[..., Any]) -> dict[str, Any]:
    names = getattr(getattr(view, "__code__", None), "co_freevars", ())
    cells = getattr(view, "__closure__", None) or ()
    return dict(zip(names, (cell.cell_contents for cell in cells), strict=True))
