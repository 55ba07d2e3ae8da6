"""The API's addresses, under ``/api/v1/``. Ninja's own root page is left out: it has no line in the policy."""

from __future__ import annotations

from egards.api.operations import api

app_name = "api"
urlpatterns = [pattern for pattern in api.urls[0] if getattr(pattern, "name", "") != "api-root"]
