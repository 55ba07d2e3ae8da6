"""The generic webhook door."""

from __future__ import annotations

from django.urls import path

from egards.interactions.views import door

urlpatterns = [
    path("entree/<slug:slug>/", door, name="door"),
]
