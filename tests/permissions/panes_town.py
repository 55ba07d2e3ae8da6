"""What the three panes are walked with: the conversation of each corner's word, and what its forms name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from egards.conversations.models import Conversation, Promise

#: A corner, as ``town.py`` builds it (typed there: it imports this page).
Corner = Any
_POSTED: Final = (
    *("conversation_draft", "conversation_send", "conversation_unsend", "conversation_files", "draft_file_remove"),
    *("conversation_note", "conversation_owner", "conversation_snooze", "conversation_resolve", "conversation_reopen"),
    *("conversation_need", "conversation_repeat", "conversation_promise", "promise_keep", "promise_withdraw"),
    *("conversation_call", "conversation_join", "conversation_author"),
)
_WRITTEN: Final = ("conversation_draft", "conversation_send", "conversation_files", "draft_file_remove")
_DRAFTED: Final = ("via", "ensuite", "texte", "note", "promis", "avant", "avant_date")


def _talk(corner: Corner) -> Conversation:
    return Conversation.objects.get(turns__interaction=corner.word)


def _promise(corner: Corner) -> object:
    return Promise.objects.filter(conversation=_talk(corner)).values_list("pk", flat=True).get()


def _place(corner: Corner) -> object:
    return corner.place.pk if corner.place else corner.kept.place.pk


OBJECTS: Final[Mapping[str, Callable[[Corner], object]]] = {
    "conversations/<uuid:pk>": lambda c: _talk(c).pk,
    "conversations/<uuid:pk>/promesses/<uuid:promise>": _promise,
}
FIELDS: Final[Mapping[str, Callable[[Corner], object]]] = {
    "conversations?lieu": _place,
    "conversations?ici": lambda c: _talk(c).pk,
    "conversation?lieu": _place,
    "conversation?ici": lambda c: _talk(c).pk,
    "conversation_join?avec": lambda c: _talk(c).pk,
    "conversation_author?mot": lambda c: c.word.pk,
}
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"{route}?vue": ("all", "done", "faux") for route in ("conversations", "conversation")},
    **{f"{route}?signe": ("complaint", "faux") for route in ("conversations", "conversation")},
    **{
        f"{route}?apres": ("1700000000000000-00000000000070008000000000000000", "-0", "faux")
        for route in ("conversations", "conversation")
    },
    "palette?q": ("colis", "odile", "1000"),
}
#: Typed, chosen in a list of the house's, or carried along: they name no row.
TYPED: Final[frozenset[str]] = frozenset(
    {
        *(f"{route}?{field}" for route in _POSTED[1:] for field in ("vue", "lieu", "signe")),
        *(f"{route}?{field}" for route in _WRITTEN for field in _DRAFTED),
        # Rows of the conversation's own brand, or of the conversation itself: test_conversations.py tries others'.
        *(f"{route}?adresse" for route in _WRITTEN),
        *("conversation_draft?reponse", "conversation_owner?a", "conversation_owner?equipe"),
        *("conversation_send?version", "draft_file_remove?fichier", "conversation_note?note"),
        *("conversation_snooze?jusqu", "conversation_snooze?jusqu_date", "conversation_need?besoin"),
        *("conversation_promise?quoi_promis", "conversation_promise?ce_que", "conversation_promise?avant"),
        *("conversation_call?issue", "conversation_call?appel"),
        *(f"word_reading?{field}" for field in ("lecture", "ton", "theme", "intention")),
        *("view_save?nom", "view_save?vue", "view_save?lieu", "view_save?signe", "view_delete?vue"),
    }
)
#: What a route takes, other than an empty form.
FORMS: Final[Mapping[str, Callable[[Corner], Mapping[str, str]]]] = {
    "draft_file_remove": lambda c: {"fichier": str(c.word.pk)},
    "conversation_join": lambda c: {"avec": str(_talk(c).pk)},
    "conversation_author": lambda c: {"mot": str(c.word.pk)},
    "conversation_promise": lambda c: {"ce_que": "les vis", "avant": "2100-01-01T12:00"},
    "conversation_call": lambda c: {"issue": "missed"},
}
