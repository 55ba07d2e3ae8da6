"""Every page of the house, as everybody: what is allowed answers, what is not does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import ClassVar

from django.urls import reverse

from egards.accounts.middleware import policy_of
from egards.accounts.policy import ANYONE, Policy
from tests.permissions.case import TownTestCase, corners_of, library_pages, pages
from tests.permissions.corner import Body, Corner
from tests.permissions.panes_town import TYPED as PANES_TYPED
from tests.permissions.public_town import OPEN as PUBLIC_PAGES
from tests.permissions.public_town import TYPED as PUBLIC_TYPED
from tests.permissions.routes import Route, all_routes
from tests.permissions.settings_town import TYPED
from tests.permissions.town import BODIES, FIELDS, PLAIN
from tests.permissions.visitors import Visitor
from tests.permissions.walker import Seen, address, hash_of_everything, nobody, unexpected_writes

READING = ("GET", "HEAD")
#: Who walks HEAD: let in everywhere, let in at one brand, known without a role, unknown.
HEADERS_ONLY = ("admin of the house", "adviser, south", "without a role", "stranger")
#: Who tries fields and searches: one of each reach.
CURIOUS = (
    "adviser, north",
    "manager, south",
    "data, north",
    "admin, south",
    "people, north",
    "admin of the house",
    "store at the market",
    "manager at the market",
    "adviser north, store elsewhere",
    "expert south, store at the market",
    "people north, adviser south",
)

#: What answers a stranger with a page of its own (S16). To be reviewed by a person when it changes.
OPEN_TO_STRANGERS = {
    *PUBLIC_PAGES,
    "health",
    "invitation",
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
}


class PagesTests(TownTestCase):
    """Members' and strangers' pages."""

    #: How many are drawn for each page and field; None is everybody (tests/full/permissions_suite.py).
    sample: ClassVar[int | None] = 3

    def setUp(self) -> None:
        super().setUp()
        self.absent: dict[tuple[str, str, str], tuple[int, bytes, str, str]] = {}

    def test_everybody_at_every_page(self) -> None:
        wrong = [fault for route in pages() for fault in self.walk(route)]
        self.nothing_is(wrong)
        self.assertEqual(self.walker.walked, {(r.name, m) for r in pages() for m in r.methods})
        self.check_fields_are_known()

    def walk(self, route: Route) -> Iterator[str]:
        policy = policy_of(route.name) or Policy()
        for corner in corners_of(route, self.town):
            for who in self.walkers(route, corner):
                for method in methods_for(who, route):
                    seen = self.ask(who, route, method, corner)
                    for fault in self.faults(who, route, method, corner, policy, seen):
                        yield f"{method} {route} in {corner} as {who.name}: {fault} [{seen.status}]"

    def walkers(self, route: Route, corner: Corner | None) -> list[Visitor]:
        """Who walks a page: everybody in `make test-permissions`; here some, and in one corner the outermost too."""
        if self.sample is None:
            return list(self.town.visitors)
        drawn = Random(f"{route.name} {corner}").sample(self.town.visitors, self.sample)
        if corner not in (None, self.town.corners[0], replace(self.town.corners[0], place=None)):
            return drawn
        always = [who for who in self.town.visitors if who.name in HEADERS_ONLY]
        return always + [who for who in drawn if who not in always]

    def ask(self, who: Visitor, route: Route, method: str, corner: Corner | None, *, absent: bool = False) -> Seen:
        return self.walker.ask(
            who, route, method, url=address(route, corner, absent=absent), body=self.body(route, corner)
        )

    def not_there(self, who: Visitor, route: Route, method: str, corner: Corner) -> tuple[int, bytes, str, str]:
        """What somebody gets who asks for a row that does not exist; the same in every corner, so asked once."""
        key = (who.name, route.name, method)
        if key not in self.absent:
            self.absent[key] = self.ask(who, route, method, corner, absent=True).masked()
        return self.absent[key]

    def body(self, route: Route, corner: Corner | None) -> Body:
        return BODIES[route.name](corner or self.town.corners[0]) if route.name in BODIES else Body()

    def faults(
        self, who: Visitor, route: Route, method: str, corner: Corner | None, policy: Policy, seen: Seen
    ) -> Iterator[str]:
        yield from self.leaks(who, seen)
        if method in READING and unexpected_writes(seen):
            yield f"reading wrote {unexpected_writes(seen)}"
        if who.may(policy, corner):
            yield from [] if 200 <= seen.status < 400 else ["should be let through"]
            yield from header_faults(seen, is_known=policy.act != ANYONE)
            yield from self.reached_too_far(who, policy, seen)
            return
        if unexpected_writes(seen):
            yield f"refused, and yet wrote {unexpected_writes(seen)}"
        if not who.is_known and method in READING:
            asked = f"{reverse('account_login')}?next="
            yield from (
                [] if seen.status == 302 and seen.headers["Location"].startswith(asked) else ["not sent to sign in"]
            )
        elif seen.status != 404:
            yield "should not exist for them"
        elif corner and seen.masked() != self.not_there(who, route, method, corner):
            yield "is not refused like what does not exist"

    def reached_too_far(self, who: Visitor, policy: Policy, seen: Seen) -> Iterator[str]:
        for corner in self.town.corners:
            if not who.may(policy, corner):
                yield from (f"touched {i} of {corner}" for i in corner.words if any(i in t for t in seen.touched))

    def check_fields_are_known(self) -> None:
        said = {name for name in (*FIELDS, *PLAIN, *TYPED, *PANES_TYPED, *PUBLIC_TYPED) if not name.startswith("api:")}
        self.assertEqual(
            self.walker.fields,
            said,
            "A view asks for a field that tests/permissions/town.py does not know (add it to FIELDS, PLAIN or TYPED), "
            "or no view asks for one that stands there.",
        )

    def test_rows_of_others_named_in_a_field_do_not_exist(self) -> None:
        wrong = [fault for name in FIELDS if not name.startswith("api:") for fault in self.walk_field(name)]
        self.nothing_is(wrong)

    def curious(self, field: str) -> list[Visitor]:
        names = CURIOUS if self.sample is None else Random(field).sample(CURIOUS, self.sample)
        return [self.town.visitor(name) for name in names]

    def walk_field(self, name: str) -> Iterator[str]:
        route = next(r for r in pages() if r.name == name.partition("?")[0])
        policy = policy_of(route.name) or Policy()
        method = "POST" if "POST" in route.methods else "GET"
        for who in self.curious(name):
            for here in [c for c in corners_of(route, self.town) if who.may(policy, c)][:1]:
                for there in self.town.corners:
                    value = FIELDS[name](there)
                    seen = self.ask_with(who, route, method, here, name, value)
                    if who.may(policy, there):
                        refused = seen.status >= 400 and here in (None, there)
                        yield from [f"{name} as {who.name}: refused in {there} [{seen.status}]"] * refused
                        continue
                    absent = self.ask_with(who, route, method, here, name, nobody(value))
                    if seen.masked(value) != absent.masked(nobody(value)):
                        yield f"{name} of {there} as {who.name}: is told from what does not exist [{seen.status}]"
                    yield from (f"{name} of {there} as {who.name}: {fault}" for fault in self.leaks(who, seen))
                    yield from [f"{name} of {there} as {who.name}: wrote {seen.written}"] * bool(
                        unexpected_writes(seen)
                    )

    def ask_with(
        self, who: Visitor, route: Route, method: str, corner: Corner | None, name: str, value: object
    ) -> Seen:
        field, url = name.partition("?")[2], address(route, corner)
        if method == "GET":
            return self.walker.ask(who, route, method, url=url, query={field: value})
        return self.walker.ask(who, route, method, url=url, body=Body({field: str(value)}))

    def test_filters_searches_and_cursors_stay_within_the_fence(self) -> None:
        wrong = []
        for name, values in PLAIN.items():
            route = next(r for r in all_routes() if r.name == name.partition("?")[0])
            for who in self.curious(name):
                for corner in corners_of(route, self.town):
                    if not route.name.startswith("api:") and who.may(policy_of(route.name) or Policy(), corner):
                        for value in values:
                            seen = self.ask_with(who, route, "GET", corner, name, value)
                            faults = [*self.leaks(who, seen), *["failed"] * (seen.status >= 500)]
                            faults += [f"wrote {unexpected_writes(seen)}"] * bool(unexpected_writes(seen))
                            wrong += [f"{name}={value} in {corner} as {who.name}: {fault}" for fault in faults]
        self.nothing_is(wrong)

    def test_people_known_at_two_brands_show_each_only_its_own(self) -> None:
        routes = [r for r in pages() if [a.key for a in r.arguments] == ["clients/<uuid:pk>"] and "GET" in r.methods]
        self.assertNotEqual(routes, [])
        wrong = []
        for who in self.town.visitors:
            for route in routes:
                for person in self.town.shared:
                    seen = self.walker.ask(who, route, "GET", url=reverse(route.name, kwargs={"pk": person.pk}))
                    wrong += [f"{route} as {who.name}: {fault} [{seen.status}]" for fault in self.leaks(who, seen)]
        self.nothing_is(wrong)

    def test_reading_changes_nothing_anywhere(self) -> None:
        admin = self.town.visitor("admin of the house")
        before = hash_of_everything()
        for route in all_routes():
            for corner in corners_of(route, self.town):
                for method in set(route.methods) & set(READING):
                    self.walker.ask(admin, route, method, url=address(route, corner), keep=True)
        after = hash_of_everything()
        self.assertEqual([table for table in before if after[table] != before[table]], [])

    def test_a_method_that_a_view_does_not_take_is_refused(self) -> None:
        admin = self.town.visitor("admin of the house")
        wrong = []
        for route in pages():
            url = address(route, corners_of(route, self.town)[0])
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.methods):
                seen = self.walker.ask(admin, route, method, url=url)
                wrong += [f"{method} {route}: {seen.status} {seen.written}"] * (
                    seen.status != 405 or bool(seen.written)
                )
        self.nothing_is(wrong)


class DoorstepTests(TownTestCase):
    """What a stranger finds: the pages of signing in, and nothing else."""

    def test_the_library_guards_its_pages(self) -> None:
        wrong = []
        people = [self.town.visitor(n) for n in ("stranger", "inactive", "adviser, north", "admin of the house")]
        for route in library_pages():
            for who in people:
                for method in route.methods:
                    seen = self.walker.ask(who, route, method, url=address(route, None))
                    faults = [*self.leaks(who, seen), *["failed"] * (seen.status >= 500)]
                    faults += [f"wrote {unexpected_writes(seen)}"] * bool(unexpected_writes(seen))
                    wrong += [f"{method} {route} as {who.name}: {fault} [{seen.status}]" for fault in faults]
        self.nothing_is(wrong)
        self.assertEqual(self.walker.walked, {(r.name, m) for r in library_pages() for m in r.methods})

    def test_what_is_open_to_strangers_is_a_short_known_list(self) -> None:
        stranger = self.town.visitor("stranger")
        found = set()
        for route in (*pages(), *library_pages()):
            for corner in corners_of(route, self.town)[:1]:
                if "GET" in route.methods:
                    seen = self.walker.ask(stranger, route, "GET", url=address(route, corner))
                    found |= {route.name} if seen.status == 200 else set()
        self.assertEqual(found, OPEN_TO_STRANGERS)

    def test_only_routes_for_anyone_are_open(self) -> None:
        ours = {name for name in OPEN_TO_STRANGERS if not name.startswith(("account_", "mfa_"))}
        self.assertTrue(all((policy_of(name) or Policy()).act == ANYONE for name in ours))

    def test_nobody_signs_up_alone(self) -> None:
        form = {"email": "moi@ailleurs.example", "password1": "une longue phrase de passe 8"}
        route = next(r for r in library_pages() if r.name == "account_signup")
        seen = self.walker.ask(self.town.visitor("stranger"), route, "POST", url=address(route, None), body=Body(form))
        self.assertNotIn("accounts_member", seen.written)

    def test_leftovers_are_not_served(self) -> None:
        stranger, route = self.town.visitor("stranger"), all_routes()[0]
        paths = (".env", ".git/config", "admin/", "__debug__/", "static/../manage.py", "var/keys/house", "api/v1/docs")
        seen = {path: self.walker.ask(stranger, route, "GET", url=f"/{path}").status for path in paths}
        self.assertEqual(seen, dict.fromkeys(paths, 404))


def methods_for(who: Visitor, route: Route) -> Iterator[str]:
    """HEAD is GET without its body, and passes the same table: four people walk it, everybody walks the rest."""
    yield from (m for m in route.methods if m != "HEAD" or who.name in HEADERS_ONLY)


def header_faults(seen: Seen, *, is_known: bool) -> Iterator[str]:
    """Say which protections an answer lacks: pages have a policy, strangers' bytes are only ever kept."""
    kind = seen.headers.get("Content-Type", "").partition(";")[0]
    policy = seen.headers.get("Content-Security-Policy", "")
    if seen.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if seen.status != 200:
        return
    if is_known and "no-store" not in seen.headers.get("Cache-Control", ""):
        yield "may be kept on the way"
    if kind == "text/html":
        yield from [] if "default-src 'none'" in policy and "unsafe-eval" not in policy else ["page without a policy"]
        yield from [] if "script-src 'unsafe-inline'" not in policy else ["page with inline scripts"]
        yield from [] if seen.headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else ["may be framed"]
    elif kind not in ("application/json", "text/plain"):
        kept = seen.headers.get("Content-Disposition", "").startswith("attachment")
        is_plain = kind in ("application/octet-stream", "text/csv")
        yield from [] if kept and "sandbox" in policy and is_plain else [f"served as {kind}"]
