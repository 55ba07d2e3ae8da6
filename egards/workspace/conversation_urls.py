"""Conversations: the queue, one of them, and a noun for each thing that is done to it."""

from __future__ import annotations

from django.urls import path

from egards.workspace.views import composer, conversation, queue

urlpatterns = [
    path("", queue.conversations, name="conversations"),
    path("vues/", queue.view_save, name="view_save"),
    path("vues/retrait/", queue.view_delete, name="view_delete"),
    path("<uuid:pk>/", conversation.conversation, name="conversation"),
    path("<uuid:pk>/brouillon/", composer.draft_save, name="conversation_draft"),
    path("<uuid:pk>/envoi/", composer.draft_send, name="conversation_send"),
    path("<uuid:pk>/envoi/annulation/", composer.draft_unsend, name="conversation_unsend"),
    path("<uuid:pk>/pieces/", composer.draft_files, name="conversation_files"),
    path("<uuid:pk>/pieces/retrait/", composer.draft_file_remove, name="draft_file_remove"),
    path("<uuid:pk>/notes/", composer.note_keep, name="conversation_note"),
    path("<uuid:pk>/attribution/", composer.owner_set, name="conversation_owner"),
    path("<uuid:pk>/report/", composer.snooze_set, name="conversation_snooze"),
    path("<uuid:pk>/resolution/", composer.resolution, name="conversation_resolve"),
    path("<uuid:pk>/reouverture/", composer.reopening, name="conversation_reopen"),
    path("<uuid:pk>/besoin/", composer.need_set, name="conversation_need"),
    path("<uuid:pk>/repetition/", composer.repetition, name="conversation_repeat"),
    path("<uuid:pk>/promesses/", composer.promise_make, name="conversation_promise"),
    path("<uuid:pk>/promesses/<uuid:promise>/tenue/", composer.promise_keep, name="promise_keep"),
    path("<uuid:pk>/promesses/<uuid:promise>/retrait/", composer.promise_withdraw, name="promise_withdraw"),
    path("<uuid:pk>/appels/", composer.call_log, name="conversation_call"),
    path("<uuid:pk>/jonctions/", composer.joining, name="conversation_join"),
    path("<uuid:pk>/auteurs/", composer.author_confirm, name="conversation_author"),
]
