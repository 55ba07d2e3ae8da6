"""The sentences of a follow-up page: who does what by when, what was kept, what was not. A person, an act, a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from egards.conversations.models import CallBack, Conversation, Promise
from egards.core import french
from egards.core.clock import now
from egards.public.contact import deadline_words, when_in_words
from egards.public.followed import Followed

_Kind, _Status = Promise.Kind, Promise.Status


@dataclass(frozen=True, slots=True)
class Headline:
    """What leads the page: one sentence, and what may stand below it."""

    sentence: str
    below: str = ""
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of « where are we »: ``state`` is done, now or later."""

    label: str
    state: str
    at: datetime | None = None
    when: str = ""
    note: str = ""


def headline(page: Followed) -> Headline:
    """Return what leads: what we did not keep, else the next thing that happens, else where things stand."""
    running = [p for p in page.promises if p.status in (_Status.OPEN, _Status.BROKEN)]
    broken = next((p for p in running if p.status == _Status.BROKEN), None)
    if broken is not None:
        return Headline(_broken(broken), _("Your request is still open, and comes before newer ones."), True)
    if page.call is not None:
        return _call(page, page.call)
    following = next((p for kind in (_Kind.ANSWER, _Kind.OTHER, _Kind.CALL) for p in running if p.kind == kind), None)
    if following is not None:
        return Headline(promise_sentence(following, who(page)), _came_late(page))
    if page.conversation.state == Conversation.State.RESOLVED:
        return Headline(_("For us, this is settled."), _("If it is not for you, write below: it opens again."))
    if page.answered_elsewhere_at or any(letter.is_ours and not letter.is_program for letter in page.letters):
        return Headline(_("We have answered you."), _came_late(page) or _("It is your turn, if you wish."))
    return Headline(_("Your message is safe with us."))


def promise_sentence(promise: Promise, who: str) -> str:
    """Say who does what, by when."""
    name = promise.owner.name if promise.owner else who
    when = deadline_words(promise.due_at) if promise.due_at else ""
    if promise.kind == _Kind.OTHER or promise.what:
        said = _("%(who)s promised, before %(when)s: %(what)s.") if when else _("%(who)s promised: %(what)s.")
        return said % {"who": name, "when": when, "what": promise.what.rstrip(".")}
    if promise.kind == _Kind.CALL:
        return _("%(who)s calls you before %(when)s.") % {"who": name, "when": when}
    if not when:
        return _("%(who)s will answer you.") % {"who": name}
    return _("%(who)s answers you before %(when)s.") % {"who": name, "when": when}


def who(page: Followed) -> str:
    """Return who follows it, as a sentence begins."""
    if page.owner is not None:
        return page.owner.name
    if page.team is not None:
        return _("Somebody of the team %(team)s") % {"team": page.team.name}
    return _("Somebody")


def call_hours(call: CallBack) -> str:
    """``aujourd’hui, entre 17 h et 18 h``"""
    starts, ends, here = localtime(call.starts_at), localtime(call.ends_at), localtime(now())
    ahead = (starts.date() - here.date()).days
    day = {0: _("today"), 1: _("tomorrow")}.get(ahead) or french.long_day(starts.date(), today=here.date())
    between = _("between %(from)s and %(to)s") % {"from": french.hour(starts), "to": french.hour(ends)}
    return f"{day}, {between}"


def steps(page: Followed) -> Sequence[Step]:
    """Return the way of a request: what is done, what comes now, what comes after."""
    conversation = page.conversation
    is_resolved = conversation.state == Conversation.State.RESOLVED
    begun = page.letters[0].at if page.letters else conversation.opened_at
    found = [Step(_("Request received"), "done", begun)]
    found += [step for promise in page.promises if (step := _step(promise, page)) is not None]
    if is_resolved:
        found.append(Step(_("Settled"), "done", conversation.state_at, note=_("Write below, and it opens again.")))
    else:
        found.append(Step(_("You say whether it is settled"), "later"))
    return _with_one_now(found)


def _step(promise: Promise, page: Followed) -> Step | None:
    if promise.status == _Status.WITHDRAWN:
        return None
    labels = {_Kind.ANSWER: _("An answer"), _Kind.CALL: _("A call"), _Kind.OTHER: promise.what or _("A promise")}
    label = labels[_Kind(promise.kind)]
    if promise.status in (_Status.KEPT, _Status.LATE):
        late = promise.status == _Status.LATE and promise.first_due_at
        note = _("Promised before %(when)s, kept too late.") if late else ""
        said = note % {"when": _past(promise.first_due_at)} if late and promise.first_due_at else ""
        return Step(label, "done", promise.settled_at, note=said)
    if promise.status == _Status.BROKEN:
        return Step(label, "now", note=_("Promised before %(when)s, not kept.") % {"when": _past(promise.broken_at)})
    if promise.status == _Status.PAUSED or promise.due_at is None:
        return Step(label, "now", note=_("It waits for your answer."))
    if promise.kind == _Kind.CALL and page.call is not None and page.call.promise_id == promise.pk:
        return Step(label, "now", when=when_in_words(localtime(page.call.starts_at), localtime(now())))
    return Step(label, "now", when=_("before %(when)s") % {"when": deadline_words(promise.due_at)})


def _with_one_now(found: Sequence[Step]) -> Sequence[Step]:
    """Only the first of what is to come is « now »."""
    first = next((step for step in found if step.state == "now"), None)
    return [
        Step(step.label, "later", step.at, step.when, step.note) if step.state == "now" and step is not first else step
        for step in found
    ]


def _call(page: Followed, call: CallBack) -> Headline:
    if call.ends_at <= now():
        return Headline(_("We were to call you %(when)s.") % {"when": call_hours(call)}, is_broken=True)
    said = _("%(who)s calls you %(when)s.") % {"who": who(page), "when": call_hours(call)}
    phone = page.conversation.brand.phone
    below = _("The number %(phone)s will show.") % {"phone": phone} if phone else ""
    if call.tries:
        below = _("We tried and missed you. We call again at the hour above, or choose another.")
    return Headline(said, below)


def _broken(promise: Promise) -> str:
    said = {
        _Kind.ANSWER: _("We had promised to answer you before %(when)s. We did not."),
        _Kind.CALL: _("We had promised to call you before %(when)s. We did not."),
        _Kind.OTHER: _("We had promised something before %(when)s. We did not keep it."),
    }
    return said[_Kind(promise.kind)] % {"when": _past(promise.broken_at)}


def _came_late(page: Followed) -> str:
    """A promise kept too late stays said."""
    late = [p for p in page.promises if p.status == _Status.LATE and p.first_due_at]
    if not late:
        return ""
    return _("We had promised before %(when)s: it came too late.") % {"when": _past(late[-1].first_due_at)}


def _past(moment: datetime | None) -> str:
    """A moment that may be past: with its day, whatever day it is read."""
    if moment is None:
        return ""
    there, here = localtime(moment), localtime(now())
    return french.hour(there) if there.date() == here.date() else french.dated(there, now=here)
