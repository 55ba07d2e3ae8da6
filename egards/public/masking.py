"""Logs never hold a token: paths of follow-up pages are cut where it begins, in every record that names one."""

from __future__ import annotations

import logging
import re

#: Loggers that name the path of a request.
LOGGERS = ("django.request", "django.security.csrf", "django.server")
_TOKEN = re.compile(r"(/suivi/)[^/?#\s\"']+")


class MaskTokens(logging.Filter):
    """Write ``/suivi/…`` where a record would hold the token of a link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the token."""
        # The arguments stay arguments: the server's own formatter counts them.
        record.msg = str(_masked(str(record.msg)))
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(part) for part in record.args)
        return True


def mask_tokens() -> None:
    """Have every logger that names paths mask them. May be called twice."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, MaskTokens) for known in logger.filters):
            logger.addFilter(MaskTokens())


def _masked(part: object) -> object:
    return _TOKEN.sub(r"\1…", part) if isinstance(part, str) else part
