"""The operations of the API, at ``/api/v1/``. The scope each needs is in ``accounts/policy.py``, by route name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.params import functions as params

from egards import jobnames
from egards.api import queries, shapes
from egards.api.auth import ApiRequest, BearerKey
from egards.api.idempotency import once
from egards.api.problems import Answer, Problem, handle_problems, not_found
from egards.api.rules import read_cursor, slices_of_list
from egards.core.crypto import keyed_hash
from egards.core.ids import new_id
from egards.core.jobs import ask_for
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Interaction, Mode
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.kinds.api import Moment, PostedWord
from egards.touchpoints.models import Touchpoint

#: The largest body of one word, and of a list of them.
WORD_BYTES = 2 * 1024 * 1024
LIST_BYTES = 5 * 1024 * 1024
MOST_WORDS = 500

F = TypeVar("F", bound=Callable[..., Any])
Limit = Annotated[int, params.Query(ge=1, le=200)]
Words = Annotated[list[PostedWord], params.Body(min_length=1, max_length=MOST_WORDS)]

api = NinjaAPI(
    title="Égards",
    version="1",
    description="Poster et lire des interactions. Voir docs/api.md.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
handle_problems(api)


def operation(
    method: Literal["GET", "POST"], path: str, name: str, shape: Any, *, most_bytes: int = 0, is_listed: bool = True
) -> Callable[[F], F]:
    """Open an operation under a route name; its key's scope is what the policy table says of that name."""
    status = 200 if method == "GET" else 202
    decorate: Callable[[F], F] = api.api_operation(
        [method],
        path,
        auth=BearerKey(f"api:{name}", most_bytes),
        url_name=name,
        operation_id=name,
        response={status: shape, (401, 403, 404, 409, 413, 422, 429): shapes.ProblemOut},
        include_in_schema=is_listed,
    )
    return decorate


@operation("POST", "/interactions", "post_interaction", shapes.ArrivalOut, most_bytes=WORD_BYTES)
def post_interaction(request: ApiRequest, word: PostedWord) -> HttpResponse:
    """Post one word. 202 once its exact bytes are safe; it is read right after. Takes an Idempotency-Key."""

    def store(key: str) -> Answer:
        arrivals = _store(request, [word], [request.body], key)
        return Answer(202 if arrivals[0].status == "waiting" else 200, arrivals[0].model_dump_json())

    response = once(request, store)
    ask_for(jobnames.PROCESS_WAITING)
    return response


@operation("POST", "/interactions/batch", "post_interactions", shapes.ArrivalsOut, most_bytes=LIST_BYTES)
def post_interactions(request: ApiRequest, words: Words) -> HttpResponse:
    """Post up to 500 words in a list; each is a delivery of its own. Takes an Idempotency-Key for the whole list."""

    def store(key: str) -> Answer:
        arrivals = _store(request, words, slices_of_list(request.body), key)
        return Answer(202, shapes.ArrivalsOut(arrivals=arrivals).model_dump_json())

    response = once(request, store)
    ask_for(jobnames.PROCESS_WAITING)
    return response


@operation("GET", "/interactions", "interactions", shapes.InteractionsOut)
def interactions(
    request: ApiRequest,
    after: UUID | None = None,
    since: Moment | None = None,
    touchpoint: str = "",
    limit: Limit = 50,
) -> shapes.InteractionsOut:
    """List words in order of receipt. ``since`` is a moment of receipt; ``after`` is the ``next`` of a page."""
    return queries.words(request.scope, after=after, since=since, touchpoint=touchpoint, limit=limit)


@operation("GET", "/interactions/{interaction_id}", "interaction", shapes.InteractionOut)
def interaction(request: ApiRequest, interaction_id: UUID) -> shapes.InteractionOut:
    """Read one word, with its parties and what was understood of it."""
    found = Interaction.objects.within(request.scope).select_related("touchpoint", "product", "place")
    return queries.words_shown([found.get(pk=interaction_id)])[0]


@operation("GET", "/arrivals/{arrival_id}", "arrival", shapes.ArrivalOut)
def arrival(request: ApiRequest, arrival_id: UUID) -> shapes.ArrivalOut:
    """Say what became of a delivery: waiting, stored, duplicate or quarantined, with its interaction."""
    return queries.arrival(request.scope, arrival_id)


@operation("GET", "/customers/{customer_id}", "customer", shapes.CustomerOut)
def customer(request: ApiRequest, customer_id: UUID) -> shapes.CustomerOut:
    """Read a customer, with the addresses they used at this brand."""
    return queries.customer(request.scope, customer_id)


@operation("GET", "/customers/{customer_id}/timeline", "customer_timeline", shapes.TimelineOut)
def customer_timeline(request: ApiRequest, customer_id: UUID, after: str = "", limit: Limit = 50) -> shapes.TimelineOut:
    """List what happened with a customer at this brand, newest first."""
    try:
        cursor = read_cursor(after) if after else None
    except ValueError:
        raise Problem(422, "invalid", _("This cursor is not one that was given."), field="after") from None
    return queries.timeline(request.scope, customer_id, after=cursor, limit=limit)


@operation("GET", "/touchpoints", "touchpoints", shapes.TouchpointsOut)
def touchpoints(request: ApiRequest) -> shapes.TouchpointsOut:
    """List the brand's touchpoints with the law’s figures."""
    return queries.touchpoints(request.scope)


@operation("GET", "/webhooks", "webhooks", shapes.WebhooksOut)
def webhooks(request: ApiRequest) -> shapes.WebhooksOut:
    """List the brand's webhooks: which are open, which fail and since when, how much waits."""
    return queries.webhooks(request.scope)


@operation("GET", "/openapi.json", "openapi", dict[str, Any], is_listed=False)
def openapi(request: ApiRequest) -> dict[str, Any]:
    """Return this API's description (OpenAPI 3.1)."""
    return api.get_openapi_schema(path_prefix="/api/v1/")


@api.exception_handler(ObjectDoesNotExist)
def _missing(request: Any, exc: Any) -> HttpResponse:
    return not_found().answer().response()


def _store(
    request: ApiRequest, words: Sequence[PostedWord], raws: Sequence[bytes], key: str
) -> list[shapes.ArrivalOut]:
    """Hand the exact bytes to the door, per touchpoint and mode; return what became of each, in order."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, word in enumerate(words):
        groups.setdefault((word.touchpoint, word.mode), []).append(index)
    arrival_ids: dict[int, UUID] = {}
    for (slug, mode), indexes in groups.items():
        deliveries = [Delivery(raws[i], _transport_key(request, key, i, words[i], raws[i])) for i in indexes]
        received = receive(touchpoint=_touchpoint(request, slug), deliveries=deliveries, mode=Mode(mode))
        arrival_ids |= {i: r.arrival_id for i, r in zip(indexes, received, strict=True)}
    shown = queries.arrivals_shown([arrival_ids[i] for i in range(len(words))])
    return [arrival.model_copy(update={"reason": ""}) for arrival in shown]  # answers are kept, reasons are erasable


def _transport_key(request: ApiRequest, key: str, index: int, word: PostedWord, raw: bytes) -> str:
    """Return how a delivery is known: its Idempotency-Key and bytes (a key used again much later is another word).

    Without a key, its bytes alone when they carry an id or a moment; else nothing tells two people's « Merci » apart
    from one sent twice, and losing a word is worse: each is a delivery of its own.
    """
    if key:
        return f"api {request.api_key.pk} {index} {keyed_hash('posted', raw).hex()} {key}"
    return "" if word.id or word.happened_at else f"api {new_id()}"


def _touchpoint(request: ApiRequest, slug: str) -> Touchpoint:
    if not slug:
        return touchpoint_of_kind(brand=request.api_key.brand, kind="api", name="API")
    found = Touchpoint.objects.within(request.scope).filter(slug=slug, kind="api", is_open=True)
    touchpoint: Touchpoint | None = found.select_related("brand").first()
    if touchpoint is None:
        sentence = _("There is no open API touchpoint of that name at this brand.")
        raise Problem(422, "invalid", sentence, field="touchpoint")
    return touchpoint
