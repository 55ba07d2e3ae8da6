"""Every operation of the API, with every kind of key: a brand's key opens that brand, and only what its scopes say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from egards.accounts.middleware import policy_of
from egards.accounts.policy import Policy
from egards.api.operations import api
from egards.interactions.models import Arrival
from tests.permissions.case import TownTestCase, corners_of, operations
from tests.permissions.corner import Body, Corner
from tests.permissions.routes import Route
from tests.permissions.town import BODIES, FIELDS, PLAIN
from tests.permissions.visitors import Program
from tests.permissions.walker import Seen, address, nobody, unexpected_writes

Masked = tuple[int, bytes, str, str]


class OperationsTests(TownTestCase):
    """What programs may do."""

    def test_every_key_at_every_operation(self) -> None:
        self.nothing_is([fault for route in operations() for fault in self.walk(route)])
        self.assertEqual(self.walker.walked, {(r.name, m) for r in operations() for m in r.methods})

    def walk(self, route: Route) -> Iterator[str]:
        for method in route.methods:
            refusals: dict[int, set[Masked]] = {}
            for corner in corners_of(route, self.town):
                for who in self.town.programs:
                    for fault in self.faults(who, route, method, corner, refusals):
                        yield f"{method} {route} in {corner} with {who.name}: {fault}"
            yield from (
                f"{method} {route}: several answers {status}" for status, all_ in refusals.items() if len(all_) > 1
            )

    def faults(
        self, who: Program, route: Route, method: str, corner: Corner | None, refusals: dict[int, set[Masked]]
    ) -> Iterator[str]:
        seen, expected = self.ask(who, route, method, corner), self.expected(who, route, corner)
        yield from self.leaks(who, seen)
        if seen.status != expected and not (expected == 200 and 200 <= seen.status < 300):
            yield f"{seen.status} where {expected} was expected"
        if seen.headers.get("X-Content-Type-Options") != "nosniff" or "no-store" not in seen.headers.get(
            "Cache-Control", ""
        ):
            yield "may be sniffed, or kept on the way"
        if (method == "GET" or expected != 200) and unexpected_writes(seen):
            yield f"wrote {unexpected_writes(seen)}"
        if expected != 200:
            refusals.setdefault(expected, set()).add(seen.masked())
            if route.arguments:
                absent = self.walker.ask(who, route, method, url=address(route, corner, absent=True))
                yield from [] if absent.masked() == seen.masked() else ["is told from what does not exist"]

    def expected(self, who: Program, route: Route, corner: Corner | None) -> int:
        needed = (policy_of(route.name) or Policy()).api
        if who.brand is None:
            return 401
        if needed != "any key" and needed not in who.scopes:
            return 403
        return 404 if corner and not who.may_hear(corner) else 200

    def ask(self, who: Program, route: Route, method: str, corner: Corner | None) -> Seen:
        body = BODIES[route.name](corner or self.town.corners[0]) if route.name in BODIES else None
        return self.walker.ask(who, route, method, url=address(route, corner), body=body)

    def test_a_members_session_is_no_key(self) -> None:
        admin = self.town.visitor("admin of the house")
        for route in operations():
            for method in route.methods:
                seen = self.walker.ask(admin, route, method, url=address(route, self.town.corners[0]))
                self.assertEqual((route.name, seen.status), (route.name, 401))

    def test_a_key_is_no_session(self) -> None:
        home = self.walker.ask(self.key("key to north"), operations()[0], "GET", url="/echanges/")
        self.assertEqual(home.status, 302)

    def test_fields_of_the_query_are_known(self) -> None:
        paths: dict[str, dict[str, Any]] = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
        asked = {
            f"api:{operation['operationId']}?{parameter['name']}"
            for operations_ in paths.values()
            for operation in operations_.values()
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "query"
        }
        known = {name for name in (*FIELDS, *PLAIN) if name.startswith("api:")}
        self.assertEqual(asked, known, "Add what an operation takes in its query to FIELDS or PLAIN in town.py.")

    def test_rows_of_another_brand_named_in_the_query_do_not_exist(self) -> None:
        north, theirs = self.key("key to north"), self.town.corners[2]
        for name in (n for n in FIELDS if n.startswith("api:")):
            with self.subTest(name):
                value = FIELDS[name](theirs)
                seen, absent = self.with_query(north, name, value), self.with_query(north, name, nobody(value))
                self.assertEqual(seen.masked(value), absent.masked(nobody(value)))
                self.assertEqual(self.leaks(north, seen), [])

    def test_filters_and_cursors_stay_within_the_fence(self) -> None:
        for name, values in PLAIN.items():
            for value in values if name.startswith("api:") else ():
                with self.subTest(f"{name}={value}"):
                    seen = self.with_query(self.key("key to north"), name, value)
                    self.assertIn(seen.status, (200, 422))
                    self.assertEqual((self.leaks(self.key("key to north"), seen), unexpected_writes(seen)), ([], {}))

    def with_query(self, who: Program, name: str, value: object) -> Seen:
        route = next(r for r in operations() if r.name == name.partition("?")[0])
        url = address(route, self.town.corners[0])
        return self.walker.ask(who, route, "GET", url=url, query={name.partition("?")[2]: value})

    def test_a_word_is_not_posted_at_another_brands_touchpoint(self) -> None:
        slug = self.town.corners[2].posts.slug
        theirs = self.post("api:post_interaction", {"text": "Bonjour", "touchpoint": slug})
        absent = self.post("api:post_interaction", {"text": "Bonjour", "touchpoint": f"{slug}-absent"})
        self.assertEqual((theirs.status, unexpected_writes(theirs)), (422, {}))
        self.assertEqual(theirs.masked(), absent.masked())

    def test_fields_that_nobody_announced_are_refused(self) -> None:
        for field in ("brand", "brand_id", "customer_id", "received_at", "is_automatic", "proof", "api_key"):
            for word in ({"text": "Bonjour", field: "x"}, {"text": "Bonjour", "parties": [self.party(**{field: "x"})]}):
                with self.subTest(word=word):
                    for route, body in (("api:post_interaction", word), ("api:post_interactions", [word])):
                        seen = self.post(route, body)
                        self.assertEqual((seen.status, unexpected_writes(seen)), (422, {}))

    def test_every_operation_that_takes_a_body_refuses_unknown_fields(self) -> None:
        shapes = api.get_openapi_schema(path_prefix="/api/v1/")["components"]["schemas"]
        self.assertEqual({name for name in shapes if name.startswith("Posted")}, {"PostedWord", "PostedParty"})
        taking = {r.name for r in operations() if "POST" in r.methods}
        self.assertEqual(taking, {"api:post_interaction", "api:post_interactions"}, "test the new one above too")
        for name in ("PostedWord", "PostedParty"):
            self.assertIs(shapes[name]["additionalProperties"], False)

    def test_an_idempotency_key_belongs_to_its_api_key(self) -> None:
        route = next(r for r in operations() if r.name == "api:post_interaction")
        body = Body(b'{"text": "Bonjour"}', "application/json", {"Idempotency-Key": "le-meme"})
        north = self.walker.ask(self.key("key to north"), route, "POST", url=address(route, None), body=body, keep=True)
        south = self.walker.ask(self.key("key to south"), route, "POST", url=address(route, None), body=body, keep=True)
        self.assertNotIn("Idempotent-Replayed", south.headers)
        ids = [json.loads(seen.body)["arrival_id"] for seen in (north, south)]
        brands = [Arrival.objects.get(pk=i).touchpoint.brand_id for i in ids]
        self.assertEqual(brands, [self.town.corners[0].brand.pk, self.town.corners[2].brand.pk])

    def post(self, name: str, body: object) -> Seen:
        route = next(r for r in operations() if r.name == name)
        sent = Body(json.dumps(body).encode(), "application/json")
        return self.walker.ask(self.key("key to north"), route, "POST", url=address(route, None), body=sent)

    def party(self, **more: str) -> dict[str, str]:
        return {"role": "author", "kind": "email", "value": "odile@client.example", **more}

    def key(self, name: str) -> Program:
        return next(p for p in self.town.programs if p.name == name)
