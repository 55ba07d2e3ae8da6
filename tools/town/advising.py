"""What advisers do, through the workspace's own forms, each in their own session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from lxml import html  # type: ignore[import-untyped]  # no stubs among our tools

from egards.demo.plan.story import Acts, Deed
from tools.town.affairs import Affair
from tools.town.visits import Answer, Browser, hidden_fields

PARIS: Final = ZoneInfo("Europe/Paris")
#: How htmx asks for the pane of one conversation alone.
_PANE: Final = {"HX-Request": "true", "HX-Target": "conversation"}


class Refused(Exception):
    """The house would not; the sentence it gave."""


@dataclass(frozen=True)
class Adviser:
    """Somebody at their desk."""

    login: str
    browser: Browser

    def do(self, affair: Affair, done: Acts) -> None:
        """Do one deed in the conversation of an affair. Raises ``Refused``."""
        if not affair.conversation:
            raise Refused("pas de conversation")
        _DEEDS[done.deed](self, f"/conversations/{affair.conversation}", affair, done)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form of the conversation's page, and read what came of it."""
        answer = self.browser.post(path, fields)
        if answer.refusals:
            raise Refused(" ".join(answer.refusals))
        if answer.status not in (302, 204):
            raise Refused(f"{path.rsplit('/', 2)[-2]} répond {answer.status}")
        return answer

    def see(self, path: str, affair: Affair) -> html.HtmlElement:
        """Open a conversation as a click in the queue does; the promise at its top is kept for the examiner."""
        answer = self.browser.get(f"{path}/", _PANE)
        if answer.status != 200:
            raise Refused(f"la conversation répond {answer.status}")
        page = answer.page()
        affair.shown_due = next(iter(page.xpath('//*[contains(@class,"promised")]//@data-due')), "-")
        return page


def _assign(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.see(path, affair)
    adviser.post(f"{path}/attribution/", {"a": "moi"})


def _name(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.post(f"{path}/besoin/", {"besoin": done.what})


def _note(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.post(f"{path}/notes/", {"note": done.what, "garder": "1"})


def _answer(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    page = adviser.see(path, affair)
    ways = page.xpath('//input[@name="via"]/@value')
    via = next((way for way in ("email", "page") if way in ways), "")
    if not via:
        raise Refused("aucune adresse, aucune page")
    fields = {"version": hidden_fields(page)["version"], "via": via, "texte": done.what, "ensuite": str(done.then)}
    if done.until:
        local = done.until.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")
        fields |= {"promis": done.promised, "avant": "autre", "avant_date": local}
        affair.promised = done.promised
    if done.renegotiates:
        fields["remplace"] = _option(page, done.promised)
    adviser.post(f"{path}/envoi/", fields)
    affair.is_answered = True


def _option(page: html.HtmlElement, promised: str) -> str:
    """The running promise that is given another date, by its words."""
    for option in page.xpath('//select[@name="remplace"]/option[@value!=""]'):
        if promised in option.text_content():
            return str(option.get("value"))
    raise Refused("cette promesse n’est pas proposée")


def _keep(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    page = adviser.see(path, affair)
    for row in page.xpath('//ul[@class="running"]/li'):
        if affair.promised in row.text_content():
            action = row.xpath('.//form[contains(@action,"/tenue/")]/@action')[0]
            adviser.post(action.split("?")[0], {})
            return
    raise Refused("rien n’est promis")


def _repeated(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.post(f"{path}/repetition/", {})


def _snooze(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    assert done.until
    local = done.until.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")
    adviser.post(f"{path}/report/", {"jusqu": "autre", "jusqu_date": local})


def _resolve(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.post(f"{path}/resolution/", {} if affair.is_answered else {"sans": "1"})


def _call(adviser: Adviser, path: str, affair: Affair, done: Acts) -> None:
    adviser.see(path, affair)
    adviser.post(f"{path}/appels/", {"issue": done.outcome, "appel": done.what})
    affair.is_answered = affair.is_answered or done.outcome == "reached"


_DEEDS: Final[Mapping[Deed, Callable[[Adviser, str, Affair, Acts], None]]] = {
    Deed.ASSIGN: _assign,
    Deed.NAME: _name,
    Deed.NOTE: _note,
    Deed.ANSWER: _answer,
    Deed.KEEP: _keep,
    Deed.REPEATED: _repeated,
    Deed.SNOOZE: _snooze,
    Deed.RESOLVE: _resolve,
    Deed.CALL: _call,
}
