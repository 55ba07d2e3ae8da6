"""The page of the rules."""

from __future__ import annotations

from django.urls import path

from egards.consent.views import rules

urlpatterns = [
    path("regles/", rules, name="rules"),
]
