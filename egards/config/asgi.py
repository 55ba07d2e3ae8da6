"""One port: ``/flux/`` goes to the live stream, the rest to Django's WSGI handler.

Pages on WSGI are several times faster than on Django's ASGI handler; streams need ASGI. A raw router serves both.
"""

from __future__ import annotations

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egards.config.settings")

from a2wsgi import WSGIMiddleware

from egards.config.wsgi import application as pages
from egards.workspace.feed import feed_here
from egards.workspace.stream import stream

wsgi = WSGIMiddleware(pages, workers=4)  # type: ignore[arg-type]  # Django answers with an iterable of bytes


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Route one ASGI connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/flux/"):
        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await wsgi(scope, _as_coroutine(receive), send)


def _as_coroutine(receive: Any) -> Any:
    """Granian's ``receive`` gives an awaitable that is not a coroutine; a2wsgi can only wait for a coroutine.

    Without this every request with a body fails.
    """

    async def wait() -> Any:
        return await receive()

    return wait


def _collect_less() -> None:
    """A page makes thousands of short-lived objects.

    With Python's threshold a twentieth of its time goes to looking for cycles among them, and among all that was loaded
    at the start and stays.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _collect_less()
            feed_here()  # it listens from now on: who is there is told once, not kept for those who come later
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
