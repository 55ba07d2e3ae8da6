"""Errors as programs and people read them: problem details (RFC 9457), with a sentence and the field it is about."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

log = logging.getLogger("egards.api")

CONTENT_TYPE = "application/problem+json"

_QUOTED = re.compile("'([^']*)'")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body, ready to be sent or kept."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return it as Django sends it. Nothing that a key sees is kept on the way."""
        response = HttpResponse(self.body, status=self.status, content_type=f"{self.content_type}; charset=utf-8")
        response["Cache-Control"] = "no-store"
        for name, value in self.headers.items():
            response[name] = value
        return response


class Problem(Exception):
    """Something that cannot be done: status, one word for programs, one sentence for people, perhaps a field."""

    def __init__(
        self, status: int, code: str, sentence: str, *, field: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.sentence = status, code, sentence
        self.fields = [{"field": field, "sentence": sentence}] if field else []
        self.headers = headers or {}

    def answer(self) -> Answer:
        """Return the problem as an answer."""
        body = {"status": self.status, "code": self.code, "detail": self.sentence, "fields": self.fields}
        return Answer(self.status, json.dumps(body, ensure_ascii=False), CONTENT_TYPE, self.headers)


def handle_problems(api: NinjaAPI) -> None:
    """Teach the API to answer every error as a problem."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Http404, lambda request, exc: not_found().answer().response())
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _ninja_error)
    api.add_exception_handler(OperationalError, _away)
    api.add_exception_handler(InterfaceError, _away)
    api.add_exception_handler(Exception, _failed)


def not_found() -> Problem:
    """What does not exist and what another brand has are the same answer, byte for byte."""
    return Problem(404, "not_found", _("There is nothing here that this key may see."))


def failed(error: Exception) -> Problem:
    """Log an error of ours and return what may be said of it."""
    log.error("the API failed", exc_info=error)
    return Problem(500, "failed", _("The house made a mistake. It has been logged."))


def sentence_of(error: Mapping[str, Any]) -> str:
    """Return a validation error of pydantic as a sentence."""
    context = dict(error.get("ctx") or {})
    if error["type"] == "value_error":
        return str(context.get("error", ""))
    if "expected" in context:
        context["expected"] = ", ".join(_QUOTED.findall(str(context["expected"])))
    sentences = {
        "missing": _("This field is missing."),
        "extra_forbidden": _("This field is not known here."),
        "string_too_long": _("At most %(max_length)s characters."),
        "string_too_short": _("This cannot be empty."),
        "too_long": _("At most %(max_length)s items."),
        "too_short": _("At least %(min_length)s items."),
        "literal_error": _("One of these is expected: %(expected)s."),
        "string_type": _("A text is expected."),
        "float_type": _("A number is expected."),
        "finite_number": _("A number is expected."),
        "list_type": _("A list is expected."),
        "dict_type": _("An object is expected."),
        "model_attributes_type": _("An object is expected."),
        "uuid_parsing": _("This is not an identifier."),
    }
    sentence = sentences.get(error["type"], _("This value does not have the expected form."))
    return sentence % context if context else sentence


def _problem(request: HttpRequest, exc: Problem | type[Problem]) -> HttpResponse:
    return (exc if isinstance(exc, Problem) else not_found()).answer().response()


def _invalid(request: HttpRequest, exc: ValidationError | type[ValidationError]) -> HttpResponse:
    errors = exc.errors if isinstance(exc, ValidationError) else []
    problem = Problem(422, "invalid", _("What was sent does not have the expected form."))
    problem.fields = [{"field": _field(error["loc"]), "sentence": sentence_of(error)} for error in errors[:50]]
    return problem.answer().response()


def _field(loc: tuple[int | str, ...]) -> str:
    """Leave out where ninja found it (``body``, then the argument's name); a path or query name stays."""
    names = loc[2:] if loc[:1] == ("body",) else loc[1:]
    return ".".join(map(str, names))


def _ninja_error(request: HttpRequest, exc: HttpError | type[HttpError]) -> HttpResponse:
    status = exc.status_code if isinstance(exc, HttpError) else 400
    if status == 400:
        return Problem(400, "not_json", _("The body is not readable JSON.")).answer().response()
    return Problem(status, "refused", _("This request is refused.")).answer().response()


def _away(request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
    log.error("the API has no database: %s", exc)
    sentence = _("The house’s database does not answer. Try again in a moment.")
    return Problem(503, "away", sentence, headers={"Retry-After": "30"}).answer().response()


def _failed(request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
    return failed(exc if isinstance(exc, Exception) else exc()).answer().response()
