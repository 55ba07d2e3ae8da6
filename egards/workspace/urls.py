"""The members' pages. Who may open which is written in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from egards.workspace.views import (
    customers,
    home,
    notices,
    outgoing,
    palette,
    presence,
    reading,
    search,
    specimen,
    touchpoints,
    words,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include("egards.consent.urls")),
    path("", include("egards.workspace.beginning.urls")),
    path("reglages/", include("egards.workspace.settings_pages.urls")),
    path("conversations/", include("egards.workspace.conversation_urls")),
    path("palette/", palette.palette, name="palette"),
    path("presence/", presence.presence, name="presence"),
    path("pour-vous/", notices.notices, name="notices"),
    path("pour-vous/compte/", notices.notices_count, name="notices_count"),
    path("echanges/", words.words, name="words"),
    path("echanges/<uuid:pk>/", words.word, name="word"),
    path("echanges/<uuid:pk>/suivi/", words.word_trace, name="word_trace"),
    path("echanges/<uuid:pk>/lecture/", reading.word_reading, name="word_reading"),
    path("corrections/<uuid:pk>/annulation/", reading.correction_undo, name="correction_undo"),
    path("echanges/<uuid:pk>/html/", words.word_html, name="word_html"),
    path("echanges/<uuid:pk>/octets/", words.word_bytes, name="word_bytes"),
    path("pieces/<uuid:pk>/", words.attachment, name="attachment"),
    path("clients/", customers.customers, name="customers"),
    path("clients/<uuid:pk>/", customers.customer, name="customer"),
    path("clients/<uuid:pk>/reunions/", customers.customer_merge, name="customer_merge"),
    path("clients/<uuid:pk>/separations/", customers.customer_split, name="customer_split"),
    path("clients/<uuid:pk>/confirmations/", customers.customer_confirm, name="customer_confirm"),
    path("ressemblances/<uuid:pk>/", customers.resemblance_decide, name="resemblance_decide"),
    path("reunions/<uuid:pk>/annulation/", customers.merge_undo, name="merge_undo"),
    path("separations/<uuid:pk>/annulation/", customers.split_undo, name="split_undo"),
    path("specimen/", specimen.specimen, name="specimen"),
    path("recherche/", search.search, name="search"),
    path("points-de-contact/", touchpoints.touchpoints, name="touchpoints"),
    path("points-de-contact/<uuid:pk>/", touchpoints.touchpoint, name="touchpoint"),
    path("sortants/", outgoing.outgoing, name="outgoing"),
    path("sortants/envoi/", outgoing.outgoing_release_all, name="outgoing_release_all"),
    path("sortants/<uuid:pk>/envoi/", outgoing.outgoing_release, name="outgoing_release"),
    path("sortants/<uuid:pk>/retrait/", outgoing.outgoing_withdraw, name="outgoing_withdraw"),
    path("quarantaine/", touchpoints.quarantine, name="quarantine"),
    path("quarantaine/relecture/", touchpoints.quarantine_replay, name="quarantine_replay"),
    path("quarantaine/<uuid:pk>/relecture/", touchpoints.arrival_replay, name="arrival_replay"),
    path("quarantaine/<uuid:pk>/octets/", touchpoints.arrival_bytes, name="arrival_bytes"),
]
