"""Addresses of the first page and of invitations. Their key stands in the path, never in a query."""

from __future__ import annotations

from django.urls import URLPattern, path

from egards.workspace.beginning import first_page, invitation

urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("debut/<str:token>/", first_page.first_page, name="first_page"),
    path("debut/<str:token>/entreprise/", first_page.company, name="first_company"),
    path("debut/<str:token>/mots/", first_page.words, name="first_words"),
    path("debut/<str:token>/vous/", first_page.first_member, name="first_member"),
]
