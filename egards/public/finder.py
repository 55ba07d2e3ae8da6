"""« À qui m’adresser ? »: what customers come for, and the way that serves it best. The same for every brand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Problem:
    """What somebody would say, what to do about it, and the part of the page that does it (``#id``)."""

    said: str | Promise
    answer: str | Promise
    way: str
    way_label: str | Promise


PROBLEMS = (
    Problem(
        _("It is broken, damaged or incomplete"),
        _("The form, with a photo: no invoice is needed, the order number is enough if you have it. Or call us."),
        "#ecrire",
        _("Write with a photo"),
    ),
    Problem(
        _("I cannot manage to use it"),
        _("Call us, or let us call you: it is quicker with two voices, whenever you bought it."),
        "#rappel",
        _("Be called"),
    ),
    Problem(
        _("Where is my order?"),
        _("Give us its number in the form: a person looks and answers. If you wrote already, all is on your page."),
        "#ecrire",
        _("Ask where it is"),
    ),
    Problem(
        _("I want to change my mind, return or cancel"),
        _("Write it in the form, in one sentence: the date of your message counts, and you keep a trace of it."),
        "#ecrire",
        _("Write it"),
    ),
    Problem(
        _("I have a complaint"),
        _("Any way you like. One person follows it to the end; you can also read whom to turn to if we disagree."),
        "#ecrire",
        _("Write to us"),
    ),
    Problem(
        _("My data, my rights"),
        _("Write in the form what you wish: to read, mend or erase what we know of you. We answer within one month."),
        "#ecrire",
        _("Ask for it"),
    ),
)
