"""The members' pages. Who may open which is written in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from egards.workspace.views import customers, home, search, touchpoints, words

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include("egards.consent.urls")),
    path("echanges/", words.words, name="words"),
    path("echanges/<uuid:pk>/", words.word, name="word"),
    path("echanges/<uuid:pk>/suivi/", words.word_trace, name="word_trace"),
    path("echanges/<uuid:pk>/html/", words.word_html, name="word_html"),
    path("echanges/<uuid:pk>/octets/", words.word_bytes, name="word_bytes"),
    path("pieces/<uuid:pk>/", words.attachment, name="attachment"),
    path("clients/", customers.customers, name="customers"),
    path("clients/<uuid:pk>/", customers.customer, name="customer"),
    path("clients/<uuid:pk>/reunions/", customers.customer_merge, name="customer_merge"),
    path("clients/<uuid:pk>/separations/", customers.customer_split, name="customer_split"),
    path("reunions/<uuid:pk>/annulation/", customers.merge_undo, name="merge_undo"),
    path("separations/<uuid:pk>/annulation/", customers.split_undo, name="split_undo"),
    path("recherche/", search.search, name="search"),
    path("points-de-contact/", touchpoints.touchpoints, name="touchpoints"),
    path("points-de-contact/<uuid:pk>/", touchpoints.touchpoint, name="touchpoint"),
    path("quarantaine/", touchpoints.quarantine, name="quarantine"),
    path("quarantaine/relecture/", touchpoints.quarantine_replay, name="quarantine_replay"),
    path("quarantaine/<uuid:pk>/relecture/", touchpoints.arrival_replay, name="arrival_replay"),
    path("quarantaine/<uuid:pk>/octets/", touchpoints.arrival_bytes, name="arrival_bytes"),
]
