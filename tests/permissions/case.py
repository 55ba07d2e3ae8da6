"""The test case of the walk: the town is built once per class, each test's writes are taken back."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import ClassVar

from django.conf import settings
from django.test import TestCase, override_settings

from tests.permissions.corner import Corner
from tests.permissions.routes import Route, all_routes
from tests.permissions.settings_town import BRAND_WIDE
from tests.permissions.town import Town, build_town
from tests.permissions.visitors import Program, Visitor
from tests.permissions.walker import Seen, Walker

#: Routes that name their row in what is posted, not in their address: nothing of it is to be cached or logged.
NAMED_IN_BODY = {"presence"}
#: Pages of a library that guards itself (allauth: signing in, second factor).
LIBRARY = ("account_", "mfa_")

IN_TESTS = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # thirty members sign in: not at Argon2's price
    STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    MIDDLEWARE=[m for m in settings.MIDDLEWARE if "whitenoise" not in m],  # no folder of collected files here
    ACCOUNT_RATE_LIMITS=False,
    DEBUG=False,
)


@IN_TESTS
class TownTestCase(TestCase):
    """Somebody of every kind, something of everything, and a walker who asks in their name."""

    town: ClassVar[Town]
    walker: Walker
    maxDiff = None  # what is wrong is a list to be read

    @classmethod
    def setUpTestData(cls) -> None:
        """Build the town, once."""
        cls.town = build_town()

    def setUp(self) -> None:
        """Sign everybody in. Thousands of refusals are what we want: they need not be logged."""
        requests = logging.getLogger("django.request")
        self.addCleanup(requests.setLevel, requests.level)
        requests.setLevel(logging.ERROR)
        self.walker = Walker(self.town.visitors)

    def nothing_is(self, wrong: list[str]) -> None:
        """Fail with everything that is wrong, one fault a line."""
        if wrong:
            self.fail("\n".join([f"{len(wrong)} faults:", *wrong[:100]]))

    def leaks(self, who: Visitor | Program, seen: Seen) -> list[str]:
        """Say what somebody was shown of a corner that is not theirs to see."""
        shown = seen.body.decode("utf-8", "replace").casefold()
        found = []
        for corner in self.town.corners:
            if not who.may_hear(corner):
                found += [f"shows « {s} »" for s in (corner.said, *sorted(corner.words)) if s in shown]
            if not who.may_name(corner):
                found += [f"names « {corner.called} »"] * (corner.called in shown)
        return found


def pages() -> list[Route]:
    """Return our own pages: neither the API's operations nor a library's pages."""
    return [r for r in all_routes() if not r.name.startswith((*LIBRARY, "api:"))]


def library_pages() -> list[Route]:
    """Return the pages of the library that guards itself."""
    found = [r for r in all_routes() if r.name.startswith(LIBRARY)]
    return [replace(r, methods=r.methods or ("GET", "HEAD", "POST")) for r in found]  # one of them does not say


def operations() -> list[Route]:
    """Return the API's operations."""
    return [r for r in all_routes() if r.name.startswith("api:")]


def corners_of(route: Route, town: Town) -> tuple[Corner | None, ...]:
    """Return where a route is to be walked: in every corner when it names a row, once otherwise.

    A row of the whole brand stands at no place, whatever corner it was made in.
    """
    if not route.arguments and route.name not in NAMED_IN_BODY:
        return (None,)
    return tuple(replace(c, place=None) for c in town.corners) if route.name in BRAND_WIDE else town.corners
