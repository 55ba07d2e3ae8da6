"""The dashboards. Who may open which is written in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import URLPattern, path

from egards.dashboards import views

urlpatterns: list[URLPattern] = [
    path("pouls/", views.pulse, name="pulse"),
    path("pouls/export/", views.pulse_export, name="pulse_export"),
    path("pouls/lecture/", views.reading_quality, name="reading_quality"),
    path("pouls/lecture/apprentissage/", views.reading_learn, name="reading_learn"),
    path("pouls/lecture/versions/<int:number>/", views.reading_version, name="reading_version"),
]
