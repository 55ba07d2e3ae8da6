"""Root URLs. Each route has its line in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import include, path

from egards.core.views import health

urlpatterns = [
    path("sante", health, name="health"),
    path("compte/", include("allauth.urls")),
    path("api/v1/", include("egards.api.urls")),
    path("", include("egards.interactions.urls")),
    path("", include("egards.public.urls")),
    path("", include("egards.dashboards.urls")),
    path("", include("egards.workspace.urls")),
]
