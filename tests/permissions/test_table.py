"""The table itself: every route in it, no dead line, every customer's row behind a fence, and a page that says so."""

from __future__ import annotations

from types import ModuleType

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import SimpleTestCase, override_settings
from django.urls import include, path
from django.views.decorators.http import require_GET

from egards.accounts.middleware import policy_of
from egards.accounts.policy import ACTS, ANYONE, ROUTES, SIGNED_IN, UNFENCED
from egards.api.models import SCOPES
from egards.workspace.stream import stream
from tests.permissions.case import LIBRARY, TownTestCase
from tests.permissions.page import DEEDS, PAGE, ROLES, rights_page
from tests.permissions.routes import Route, all_routes
from tests.permissions.walker import CannotFill, address

#: Answered before Django is asked (``config/asgi.py``): walked in ``test_stream.py``.
BEFORE_DJANGO = {"stream": stream}


def unwritten(routes: list[Route]) -> list[str]:
    """Return the routes without a policy: they answer 404 to everybody, which is safe, and help nobody."""
    return [str(route) for route in routes if policy_of(route.name) is None]


def silent(routes: list[Route]) -> list[str]:
    """Return our routes whose view does not say which methods it takes."""
    return [str(route) for route in routes if not route.methods and not route.name.startswith(LIBRARY)]


@require_GET
def forgotten(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A view whose author forgot the policy."""
    return HttpResponse("vu")


def wordless(request: HttpRequest) -> HttpResponse:
    """A view that takes whatever method comes."""
    return HttpResponse("vu")


def house_with_forgotten_routes() -> ModuleType:
    """The house's addresses, and four that somebody added in a hurry."""
    more = ModuleType("egards_house_with_forgotten_routes")
    inner = [path("la/", forgotten, name="forgotten_inside")]
    more.urlpatterns = [  # type: ignore[attr-defined]
        path("oublie/", forgotten, name="forgotten"),
        path("sans-nom/", forgotten),
        path("dedans/", include((inner, "rooms"))),
        path("oublie/<int:pk>/", forgotten, name="forgotten_one"),
        path("muet/", wordless, name="wordless"),
        path("", include("egards.config.urls")),
    ]
    return more


class TableTests(SimpleTestCase):
    """What can be said without asking anybody."""

    def test_every_route_has_its_policy(self) -> None:
        self.assertEqual(unwritten(all_routes()), [], "Write a line for each in egards/accounts/policy.py.")

    def test_every_view_says_its_methods(self) -> None:
        self.assertEqual(silent(all_routes()), [], "Put require_safe, require_POST… on each.")

    def test_every_line_is_a_route(self) -> None:
        self.assertEqual(set(ROUTES) - {r.name for r in all_routes()} - set(BEFORE_DJANGO), set())

    def test_every_line_asks_for_something_that_exists(self) -> None:
        acts = {SIGNED_IN, ANYONE} | set().union(*ACTS.values())
        for name, policy in ROUTES.items():
            with self.subTest(name):
                self.assertTrue(bool(policy.act) != bool(policy.api))
                self.assertIn(policy.act or SIGNED_IN, acts)
                self.assertIn(policy.api or "any key", {*SCOPES, "any key"})

    def test_no_two_routes_share_a_name(self) -> None:
        names = [r.name for r in all_routes()]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_the_walk_sees_many_routes(self) -> None:
        self.assertGreater(len(all_routes()), 50)

    def test_every_model_is_fenced_or_says_why_not(self) -> None:
        ours = [m for m in apps.get_models() if m.__module__.startswith("egards.")]
        open_ = {m._meta.label for m in ours if not hasattr(m, "in_scope")}
        self.assertEqual(open_, set(UNFENCED), "Give it in_scope(scope), or a reason in accounts/policy.py UNFENCED.")

    def test_the_page_of_rights_is_up_to_date(self) -> None:
        self.assertEqual(set(ROLES), set(ACTS))
        self.assertEqual(set(DEEDS) - {SIGNED_IN, ANYONE}, set().union(*ACTS.values()))
        self.assertEqual(PAGE.read_text("utf-8"), rights_page(), "Run python -m tests.permissions.page.")


class ForgottenRouteTests(TownTestCase):
    """The test of the test: a route that somebody added without a policy is seen, and is closed meanwhile."""

    def test_it_is_named(self) -> None:
        with override_settings(ROOT_URLCONF=house_with_forgotten_routes()):
            found = unwritten(all_routes())
        self.assertEqual(
            found,
            [
                "forgotten (/oublie/)",
                "without name (/sans-nom/)",
                "rooms:forgotten_inside (/dedans/la/)",
                "forgotten_one (/oublie/<int:pk>/)",
                "wordless (/muet/)",
            ],
        )

    def test_a_view_that_does_not_say_its_methods_is_named(self) -> None:
        with override_settings(ROOT_URLCONF=house_with_forgotten_routes()):
            self.assertEqual(silent(all_routes()), ["wordless (/muet/)"])

    def test_a_route_that_the_town_cannot_fill_is_named(self) -> None:
        with override_settings(ROOT_URLCONF=house_with_forgotten_routes()):
            route = next(r for r in all_routes() if r.name == "forgotten_one")
            with self.assertRaisesMessage(CannotFill, "forgotten_one (/oublie/<int:pk>/): the town has nothing for"):
                address(route, self.town.corners[0])

    def test_it_answers_nobody(self) -> None:
        admin = self.town.visitor("admin of the house")
        with override_settings(ROOT_URLCONF=house_with_forgotten_routes()):
            for route in [r for r in all_routes() if r.name in ("forgotten", "wordless", "rooms:forgotten_inside")]:
                for method in ("GET", "POST"):
                    seen = self.walker.ask(admin, route, method, url=address(route, None))
                    self.assertEqual((str(route), seen.status), (str(route), 404))
