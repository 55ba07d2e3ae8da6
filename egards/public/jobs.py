"""Jobs of the public pages: each calls one function, may run twice, takes ids at most."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.jobs import RETRY
from egards.public.renewal import send_links


@app.task(name=jobnames.SEND_LINKS, retry=RETRY)
def send_links_job(handle: str) -> None:
    """Send fresh links to an address that asked for them."""
    send_links(handle_id=UUID(handle))
