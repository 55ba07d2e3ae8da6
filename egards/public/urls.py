"""Customers' pages. Nouns; a token stands in the path, never in a query."""

from __future__ import annotations

from django.urls import path

from egards.public.views.contact import contact_page
from egards.public.views.follow_up import (
    follow_up,
    follow_up_call,
    follow_up_end,
    follow_up_file,
    follow_up_renewal,
    follow_up_writing,
)
from egards.public.views.legal import legal_page
from egards.public.views.links import follow_ups

_LEGAL = {"privacy": "donnees", "legal": "mentions", "mediator": "mediateur", "accessibility": "accessibilite"}

urlpatterns = [
    path("contact/", contact_page, name="contact"),
    path("contact/<slug:slug>/", contact_page, name="contact_of"),
    path("suivi/", follow_ups, name="follow_ups"),
    path("suivi/<str:token>/", follow_up, name="follow_up"),
    path("suivi/<str:token>/appel/", follow_up_call, name="follow_up_call"),
    path("suivi/<str:token>/ecrit/", follow_up_writing, name="follow_up_writing"),
    path("suivi/<str:token>/fin/", follow_up_end, name="follow_up_end"),
    path("suivi/<str:token>/lien/", follow_up_renewal, name="follow_up_renewal"),
    path("suivi/<str:token>/pieces/<uuid:pk>/", follow_up_file, name="follow_up_file"),
    *(path(f"{where}/", legal_page, {"page": page}, name=page) for page, where in _LEGAL.items()),
    *(path(f"{where}/<slug:slug>/", legal_page, {"page": page}, name=f"{page}_of") for page, where in _LEGAL.items()),
]
