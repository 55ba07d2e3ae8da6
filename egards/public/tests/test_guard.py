"""Under a flood a proof is asked, nothing is lost, and each proof serves one form, once."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from egards.core.clock import now
from egards.interactions.models import Content
from egards.public import guard
from egards.public.form_tokens import form_token, read_form_token
from egards.public.models import Post
from egards.public.tests.visits import Visit, house

pytestmark = pytest.mark.django_db

WORDS = {"write-text": "Il manque des vis.", "write-reach": ""}


@pytest.fixture
def visit(friday: Any) -> Visit:
    house()
    return Visit(friday)


def flood() -> None:
    marks = [Post(page=Post.Page.CONTACT, who=bytes([n]) * 16, form=b"", at=now()) for n in range(guard.MOST_OF_HOUSE)]
    Post.objects.bulk_create(marks)


def solved(asked: str) -> str:
    challenge = Challenge.from_dict(json.loads(asked))
    solution = solve_challenge(challenge)
    assert solution is not None
    return b64encode(json.dumps(Payload(challenge, solution).to_dict()).encode()).decode()


def challenged(visit: Visit) -> guard.Challenge:
    """Write under a flood; return what was asked."""
    flood()
    response = visit.write()
    assert response.status_code == 422
    assert "Il manque des vis." in visit.page
    assert not Content.objects.exists()
    found: guard.Challenge = response.context["challenge"]
    return found


def test_who_computes_passes(visit: Visit) -> None:
    asked = challenged(visit)
    assert visit.post("/contact/", WORDS | {"altcha": solved(asked.altcha)}).status_code == 302


def test_a_proof_serves_once(visit: Visit) -> None:
    proof = solved(challenged(visit).altcha)
    hidden = visit.hidden | {"altcha": proof}
    assert visit.post("/contact/", hidden | WORDS).status_code == 302
    assert visit.post("/contact/", hidden | WORDS | {"write-text": "Autre chose."}).status_code == 422


def test_and_for_its_own_form_only(visit: Visit) -> None:
    proof = solved(challenged(visit).altcha)
    visit.get("/contact/")
    assert visit.post("/contact/", WORDS | {"altcha": proof}).status_code == 422


@pytest.mark.parametrize("proof", ["", "x", "e30=", "bnVsbA==", "W10=", "é", "A" * 5000])
def test_what_is_no_proof_is_asked_again(visit: Visit, proof: str) -> None:
    challenged(visit)
    assert visit.post("/contact/", WORDS | {"altcha": proof}, after=1).status_code == 422


def test_who_waits_passes_without_script(visit: Visit) -> None:
    challenged(visit)
    assert visit.post("/contact/", WORDS, after=20).status_code == 302


def test_who_does_not_wait_is_asked_again(visit: Visit) -> None:
    challenged(visit)
    assert visit.post("/contact/", WORDS, after=19).status_code == 422
    assert not Content.objects.exists()


def test_patience_runs_out(visit: Visit) -> None:
    flood()
    for n in range(guard.MOST_PATIENCES):
        visit.write(text=f"Mot {n}")
        assert visit.post("/contact/", {"write-text": f"Mot {n}"}, after=20).status_code == 302
    visit.write(text="Mot de trop")
    assert visit.post("/contact/", {"write-text": "Mot de trop"}, after=20).status_code == 422
    assert Content.objects.count() == guard.MOST_PATIENCES


def test_too_fast_is_doubtful(visit: Visit) -> None:
    assert visit.write(after=1).status_code == 422


def test_the_trap_is_doubtful_and_loses_nothing(visit: Visit) -> None:
    visit.get("/contact/")
    assert visit.post("/contact/", WORDS | {"site": "http://x.example"}).status_code == 422
    assert "Il manque des vis." in visit.page


def test_from_another_site_is_doubtful(visit: Visit) -> None:
    visit.get("/contact/")
    visit.clock.shift(timedelta(seconds=30))
    response = visit.client.post("/contact/", visit.hidden | WORDS, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 422


def test_one_visitor_alone_is_asked(visit: Visit) -> None:
    sent = [visit.write(text=f"Mot {n}").status_code for n in range(guard.MOST_OF_VISITOR + 1)]
    assert sent == [302] * guard.MOST_OF_VISITOR + [422]
    assert Visit(visit.clock, ip="198.51.100.9").write().status_code == 302


def test_nobodys_mailbox_is_filled_from_here(visit: Visit) -> None:
    reaches = ("odile@client.example", "Odile@client.example ", "odile@client.example", "odile@client.example")
    sent = [Visit(visit.clock, ip=f"203.0.113.{n}").write(reach=reach) for n, reach in enumerate(reaches)]
    assert [response.status_code for response in sent] == [302, 302, 302, 422]
    visit.clock.shift(guard.ADDRESS_WINDOW)
    assert visit.write(reach="odile@client.example").status_code == 302


def test_what_would_fill_the_disk_is_not_read(visit: Visit) -> None:
    visit.get("/contact/")
    response = visit.client.post("/contact/", visit.hidden | WORDS, CONTENT_LENGTH=guard.MOST_POSTED + 1)
    assert response.status_code == 413
    assert "votre texte y est encore" in response.content.decode()


def test_a_flood_ends_after_ten_minutes(visit: Visit) -> None:
    flood()
    visit.clock.shift(guard.WINDOW)
    assert visit.write().status_code == 302


def test_no_address_is_kept(visit: Visit) -> None:
    visit.write()
    mark = Post.objects.get()
    assert b"203.0.113.7" not in bytes(mark.who)
    visit.clock.shift(timedelta(days=1, seconds=1))
    visit.write()
    assert Post.objects.count() == 1  # yesterday's is forgotten
    assert bytes(Post.objects.get().who) != bytes(mark.who)


def test_a_form_token_is_for_one_purpose_and_a_week(friday: Any) -> None:
    token = form_token("contact", at=now())
    assert read_form_token("contact", token, at=now() + timedelta(days=6)) is not None
    assert read_form_token("contact", token, at=now() + timedelta(days=8)) is None
    assert read_form_token("answer", token, at=now()) is None
    assert read_form_token("contact", token[:-2] + "AA", at=now()) is None
