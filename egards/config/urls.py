"""Root URLs. Each route has its line in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import include, path

from egards.core.views import health
from egards.touchpoints.queries import mail_to_watch

urlpatterns = [
    path("sante", health, {"checks": (mail_to_watch,)}, name="health"),
    path("compte/", include("allauth.urls")),
    path("api/v1/", include("egards.api.urls")),
    path("", include("egards.interactions.urls")),
    path("", include("egards.public.urls")),
    path("", include("egards.dashboards.urls")),
    path("", include("egards.workspace.urls")),
]
