"""What is said to a provider of mailboxes and what its answers mean, against oauthlib's own server side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from egards.touchpoints.oauth import (
    PROVIDERS,
    App,
    GrantFailed,
    GrantWithdrawn,
    code_in,
    consent_address,
    new_verifier,
    renew,
    trade_code,
)
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, OauthServer, answer, oauth_server, query_of, said_in

BACK = "https://egards.lindelle.example/reglages/accord/retour/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OauthServer]:
    """A provider that stands for Google."""
    with oauth_server(monkeypatch) as running:
        yield running


@pytest.fixture
def app(server: OauthServer) -> App:
    """The house, as it is registered there."""
    return App(PROVIDERS["google"], CLIENT_ID, CLIENT_SECRET)


def agreed(server: OauthServer, app: App, verifier: str) -> str:
    """Return a code that the owner of the mailbox brought back."""
    there = consent_address(app, username=server.user, redirect_uri=BACK, state="abc", verifier=verifier)
    return code_in(query_of(server.agree(there)), state="abc", provider=app.provider)


def test_it_works(server: OauthServer, app: App) -> None:
    verifier = new_verifier()
    tokens = trade_code(app, code=agreed(server, app, verifier), verifier=verifier, redirect_uri=BACK)
    assert {tokens.access} == server.access
    assert {tokens.refresh} == server.refresh
    assert tokens.seconds == 3600
    assert tokens.access not in repr(tokens)
    assert CLIENT_SECRET not in repr(app)


def test_the_page_of_consent_is_asked_for_what_lasts(server: OauthServer, app: App) -> None:
    said = said_in(consent_address(app, username="b@c.fr", redirect_uri=BACK, state="abc", verifier="v" * 50))
    assert (said["access_type"], said["prompt"], said["login_hint"]) == ("offline", "consent", "b@c.fr")
    assert (said["code_challenge_method"], said["state"], said["redirect_uri"]) == ("S256", "abc", BACK)
    assert "v" * 50 not in said.values()
    assert said["scope"] == "https://mail.google.com/"


def test_a_tenant_stands_in_the_addresses_of_microsoft() -> None:
    app = App(PROVIDERS["microsoft"], CLIENT_ID, CLIENT_SECRET, tenant="lindelle.onmicrosoft.com")
    assert app.url(app.provider.token_url).endswith(".com/lindelle.onmicrosoft.com/oauth2/v2.0/token")
    assert "/organizations/" in replace(app, tenant="").url(app.provider.token_url)
    assert app.url("https://x/{tenant}/").startswith("https://x/lindelle")
    assert replace(app, tenant="../../x").url("https://x/{tenant}/") == "https://x/..%2F..%2Fx/"


def test_another_verifier_is_refused(server: OauthServer, app: App) -> None:
    code = agreed(server, app, new_verifier())
    with pytest.raises(GrantWithdrawn):
        trade_code(app, code=code, verifier=new_verifier(), redirect_uri=BACK)


def test_a_code_serves_once(server: OauthServer, app: App) -> None:
    verifier = new_verifier()
    code = agreed(server, app, verifier)
    trade_code(app, code=code, verifier=verifier, redirect_uri=BACK)
    with pytest.raises(GrantWithdrawn):
        trade_code(app, code=code, verifier=verifier, redirect_uri=BACK)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (answer(code="c", state="autre"), "Cette réponse ne répond à aucune question de notre part."),
        (answer(code="c"), "Cette réponse ne répond à aucune question de notre part."),
        (answer(state="abc"), "Cette réponse ne répond à aucune question de notre part."),
        (answer(error="access_denied", state="abc"), "Google dit que personne n’a donné l’accord."),
        (answer(error="invalid_scope", state="abc"), "Google refuse l’accord (invalid_scope)."),
        (answer(error="<b>", error_description="odile@client.example", state="abc"), "Google refuse l’accord (b)."),
    ],
)
def test_what_comes_back_is_checked(query: str, expected: str) -> None:
    with pytest.raises(GrantFailed) as caught:
        code_in(query, state="abc", provider=PROVIDERS["google"])
    assert caught.value.reason.startswith(expected)


@pytest.mark.parametrize(
    ("status", "body", "may_pass", "said"),
    [
        (503, "", True, "Google ne répond pas."),
        (429, "{}", True, "Google ne répond pas."),
        (200, "<html>proxy</html>", True, "Google ne répond pas."),
        (200, "[]", True, "Google ne répond pas."),
        (400, '{"error": "temporarily_unavailable"}', True, "Google ne répond pas."),
        (
            401,
            '{"error": "invalid_client", "error_description": "x@y.fr"}',
            False,
            "Google n’accepte pas l’identifiant",
        ),
        (400, '{"error": "invalid_grant"}', False, "Google ne nous laisse plus entrer dans cette boîte"),
        (400, '{"error": "interaction_required"}', False, "Google ne nous laisse plus entrer dans cette boîte"),
        (400, '{"error": "policy_enforced"}', False, "Google refuse l’accord (policy_enforced)."),
    ],
)
def test_refusals_are_sentences(
    server: OauthServer, app: App, status: int, body: str, may_pass: bool, said: str
) -> None:
    server.answer_with(status, body)
    with pytest.raises(GrantFailed) as caught:
        renew(app, refresh_token="un jeton")
    assert caught.value.reason.startswith(said)
    assert caught.value.may_pass is may_pass
    assert "x@y.fr" not in str(caught.value)


def test_nobody_there_may_pass(app: App) -> None:
    gone = replace(app, provider=replace(app.provider, token_url="http://127.0.0.1:9/token"))
    with pytest.raises(GrantFailed) as caught:
        renew(gone, refresh_token="un jeton")
    assert caught.value.may_pass


def test_an_agreement_that_does_not_last_is_refused(server: OauthServer, app: App) -> None:
    server.answer_with(200, '{"access_token": "a", "token_type": "Bearer", "expires_in": 3600}')
    with pytest.raises(GrantFailed, match="ne dure pas"):
        trade_code(app, code="c", verifier="v", redirect_uri=BACK)


@pytest.mark.parametrize(("said", "seconds"), [("", 3600), (', "expires_in": 60', 60), (', "expires_in": -5', 3600)])
def test_the_life_of_a_token_is_believed_within_reason(server: OauthServer, app: App, said: str, seconds: int) -> None:
    server.answer_with(200, '{"access_token": "a", "token_type": "Bearer"%s}' % said)  # noqa: UP031 braces of JSON
    assert renew(app, refresh_token="r").seconds == seconds
