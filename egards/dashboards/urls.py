"""The dashboards. Who may open which is written in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import URLPattern, path

from egards.dashboards import views

urlpatterns: list[URLPattern] = [
    path("pouls/", views.pulse, name="pulse"),
    path("pouls/export/", views.pulse_export, name="pulse_export"),
]
