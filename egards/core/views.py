"""``/sante``: what a supervisor or a proxy asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def health(request: HttpRequest, checks: Sequence[Callable[[], str]] = ()) -> HttpResponse:
    """Answer 200 « ok » when the base answers, 503 otherwise; then one line for each check that has a word to say.

    It is open to anybody: a word names a part of the house, never a person, an address or a server.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        said = "".join(f"à suivre : {word}\n" for check in checks if (word := check()))
    except DatabaseError:
        return HttpResponse("la base ne répond pas\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(f"ok\n{said}", content_type="text/plain; charset=utf-8")
