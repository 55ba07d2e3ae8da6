"""The generic webhook door."""

from __future__ import annotations

from django.urls import path

from egards.interactions.mail_hook import mail_hook
from egards.interactions.views import door

urlpatterns = [
    path("entree/<slug:slug>/", door, name="door"),
    path("entree/<slug:slug>/mime", mail_hook, name="mail_hook"),  # Mailgun posts raw MIME to what ends in « mime »
]
