"""Addresses of the settings. Who may open which is written in ``accounts/policy.py``."""

from __future__ import annotations

from django.urls import URLPattern, path

from egards.workspace.beginning import first_days
from egards.workspace.settings_pages import (
    brands,
    granting,
    hooking,
    hours,
    members,
    overview,
    places,
    receiving,
    replies,
    sender_records,
    sending,
    touchpoints,
)

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="settings"),
    path("marques/nouvelle/", brands.new_brand, name="settings_brand_new"),
    path("marques/<uuid:pk>/", brands.brand, name="settings_brand"),
    path("horaires/", hours.all_hours, name="settings_hours_all"),
    path("horaires/<uuid:pk>/", hours.one_hours, name="settings_hours"),
    path("lieux/", places.places, name="settings_places"),
    path("lieux/<uuid:pk>/", places.place, name="settings_place"),
    path("equipes/", places.teams, name="settings_teams"),
    path("equipes/<uuid:pk>/", places.team, name="settings_team"),
    path("membres/", members.members, name="settings_members"),
    path("membres/invitation/", members.invite, name="settings_invite"),
    path("membres/<uuid:pk>/", members.member, name="settings_member"),
    path("membres/<uuid:pk>/lien/", members.link, name="settings_member_link"),
    path("membres/<uuid:pk>/roles/", members.add_role, name="settings_member_role"),
    path("membres/<uuid:pk>/depart/", members.leave, name="settings_member_leave"),
    path("membres/<uuid:pk>/retour/", members.come_back, name="settings_member_back"),
    path("roles/<uuid:pk>/retrait/", members.take_role, name="settings_role_taken"),
    path("points-de-contact/", touchpoints.touchpoints, name="settings_touchpoints"),
    path("points-de-contact/nouveau/", touchpoints.new_touchpoint, name="settings_touchpoint_new"),
    path("points-de-contact/<uuid:pk>/", touchpoints.touchpoint, name="settings_touchpoint"),
    path("points-de-contact/<uuid:pk>/ouverture/", touchpoints.opening, name="settings_touchpoint_opening"),
    path("points-de-contact/<uuid:pk>/envoi/", sending.sending, name="settings_sending"),
    path("points-de-contact/<uuid:pk>/domaine/", sender_records.sender_records, name="settings_records"),
    path("points-de-contact/<uuid:pk>/preuve/", sending.ask_proof, name="settings_proof"),
    path("points-de-contact/<uuid:pk>/code/", sending.give_code, name="settings_code"),
    path("points-de-contact/<uuid:pk>/reception/", receiving.receiving, name="settings_receiving"),
    path("points-de-contact/<uuid:pk>/reception/relecture/", receiving.compare, name="settings_mailbox_compared"),
    path("points-de-contact/<uuid:pk>/reception/fin/", receiving.disconnect, name="settings_mailbox_left"),
    path("points-de-contact/<uuid:pk>/fournisseur/", hooking.hook, name="settings_hook"),
    path("points-de-contact/<uuid:pk>/fournisseur/arret/", hooking.leave, name="settings_hook_left"),
    path("points-de-contact/<uuid:pk>/accord/", granting.grant, name="settings_grant"),
    path("points-de-contact/<uuid:pk>/accord/encore/", granting.ask_again, name="settings_grant_again"),
    path("accord/retour/", granting.back, name="settings_grant_back"),
    path("reponses/", replies.replies, name="saved_replies"),
    path("reponses/nouvelle/", replies.new_reply, name="saved_reply_new"),
    path("reponses/essai/", replies.preview, name="saved_reply_preview"),
    path("reponses/<uuid:pk>/", replies.reply, name="saved_reply"),
    path("reponses/<uuid:pk>/retrait/", replies.remove, name="saved_reply_removed"),
    path("premiers-pas/", first_days.mediator_and_hours, name="first_hours"),
    path("premiers-pas/fini/", first_days.done, name="first_done"),
]
