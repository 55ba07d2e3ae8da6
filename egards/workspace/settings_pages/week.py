"""A week of hours: the form that asks for it without any script, and the words that tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import holidays
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.accounts.models import Hours
from egards.accounts.rules import SUBDIVISIONS, faults_of_week
from egards.core.french import DAYS, hour
from egards.core.working_hours import Calendar

Slots = Sequence[tuple[time, time]]

ZONES = {
    "Europe/Paris": gettext_lazy("Paris"),
    "America/Guadeloupe": "Guadeloupe",
    "America/Martinique": "Martinique",
    "America/Cayenne": "Guyane",
    "Indian/Reunion": "La Réunion",
    "Indian/Mayotte": "Mayotte",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "Pacific/Noumea": "Nouméa",
    "Pacific/Tahiti": "Tahiti",
    "Pacific/Wallis": "Wallis",
    "Europe/Brussels": "Bruxelles",
    "Europe/Luxembourg": "Luxembourg",
    "Europe/Zurich": "Genève, Zurich",
}
#: First and second slot of a day.
EDGES = ("a", "b", "c", "d")
HOLIDAYS_SHOWN = 5
#: What the form says for no part in particular: an empty value would read as « nothing chosen ».
ALL_FRANCE = "FR"
_HOUR = re.compile(r"(?P<h>\d{1,2})\s*(?:[hH:]\s*(?P<m>\d{2})?)?")
_KEPT = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True)
class DayRow:
    """One line of the editor: the day's name, its four fields, what is wrong."""

    name: str
    fields: tuple[forms.BoundField, ...]
    fault: str


class HourField(forms.Field):
    """An hour as it is typed here: « 9 », « 9 h », « 12 h 30 », « 12:30 ».

    Not ``type="time"``: that widget speaks the browser's language, and asks some for AM and PM.
    """

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "off", "placeholder": "–", "maxlength": "8"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> time | None:
        """Return the hour; None when nothing was typed."""
        typed = str(value or "").strip()
        if not typed:
            return None
        found = _HOUR.fullmatch(typed)
        if found is None or int(found["h"]) > 23 or int(found["m"] or 0) > 59:
            raise ValidationError(_("Write an hour as 9 h or 12 h 30."))
        return time(int(found["h"]), int(found["m"] or 0))

    def prepare_value(self, value: Any) -> Any:
        """Show a kept hour as people write it; what was typed stays as typed."""
        return _at(time.fromisoformat(value)) if isinstance(value, str) and _KEPT.fullmatch(value) else value


class WeekForm(forms.Form):
    """Two slots a day, the days off, the zone. An empty day is a day off."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=list(ZONES.items()))
    subdivision = forms.TypedChoiceField(
        label=gettext_lazy("Public holidays of"),
        choices=[(code or ALL_FRANCE, name) for code, name in SUBDIVISIONS.items()],
        coerce=lambda code: "" if code == ALL_FRANCE else code,
        help_text=gettext_lazy("Alsace and Moselle have two more: Good Friday and 26 December."),
    )
    closures = forms.CharField(
        label=gettext_lazy("Other days off"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "24/12/2026"}),
        help_text=gettext_lazy("One date a line, such as 24/12/2026. Public holidays are known already."),
    )

    def __init__(self, *args: Any, hours: Hours, **options: Any) -> None:
        options["initial"] = _initial(hours) | (options.get("initial") or {})
        super().__init__(*args, **options)
        for day, name in enumerate(DAYS, start=1):
            for edge, label in zip(EDGES, _labels(name), strict=True):
                self.fields[f"d{day}{edge}"] = HourField(label=label, required=False)
        zone = _choices(self, "zone")
        if hours.zone not in ZONES:
            zone.choices = [*ZONES.items(), (hours.zone, hours.zone)]

    def rows(self) -> list[DayRow]:
        """The lines of the editor."""
        faults = getattr(self, "faults", {})
        return [
            DayRow(name.capitalize(), tuple(self[f"d{day}{edge}"] for edge in EDGES), faults.get(day, ""))
            for day, name in enumerate(DAYS, start=1)
        ]

    def clean_closures(self) -> list[date]:
        """Read one date a line, as people write them here or as machines do."""
        return [_date(line) for line in self.cleaned_data["closures"].split()]

    def clean(self) -> dict[str, Any]:
        """Two ends make a slot; a half slot is a mistake."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        halves, week = {}, {}
        for day in range(1, 8):
            a, b, c, d = (said.get(f"d{day}{edge}") for edge in EDGES)
            week[day] = [(start, end) for start, end in ((a, b), (c, d)) if start and end]
            is_read = not any(f"d{day}{edge}" in self.errors for edge in EDGES)
            if is_read and ((a is None) != (b is None) or (c is None) != (d is None)):
                halves[day] = _("A slot has a beginning and an end.")
        self.faults = halves or faults_of_week(week)
        if self.faults:
            raise ValidationError(self.faults.get(0) or _("Some hours are to be looked at again."))
        return said | {"week": week}


def week_in_words(calendar: Calendar) -> list[str]:
    """Return « lundi à vendredi, 9 h à 12 h et 14 h à 18 h », « samedi, 9 h à 12 h »: days alike stand together."""
    groups: list[tuple[list[int], Slots]] = []
    for day in range(1, 8):
        slots = sorted(calendar.week.get(day, ()))
        if slots and groups and groups[-1][1] == slots and groups[-1][0][-1] == day - 1:
            groups[-1][0].append(day)
        elif slots:
            groups.append(([day], slots))
    return [f"{_days(days)}, {_slots(slots)}" for days, slots in groups]


def next_holidays(hours: Hours, *, today: date) -> list[tuple[date, str]]:
    """Return the public holidays that these hours will keep next: what the promises will jump over."""
    years = (today.year, today.year + 1)
    known = holidays.country_holidays("FR", subdiv=hours.subdivision or None, years=years, language="fr")
    return [(day, name) for day, name in sorted(known.items()) if day >= today][:HOLIDAYS_SHOWN]


def _initial(hours: Hours) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "zone": hours.zone,
        "subdivision": hours.subdivision or ALL_FRANCE,
        "closures": "\n".join(f"{day:%d/%m/%Y}" for day in hours.closures),
    }
    for day, slots in hours.week.items():
        ends = [end for slot in slots[:2] for end in slot]
        initial |= {f"d{day}{edge}": end for edge, end in zip(EDGES, ends, strict=False)}
    return initial


def _labels(day: str) -> tuple[str, str, str, str]:
    said = {"day": day}
    return (
        _("%(day)s, from") % said,
        _("%(day)s, to") % said,
        _("%(day)s, then from") % said,
        _("%(day)s, then to") % said,
    )


def _date(text: str) -> date:
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 a day of the calendar, in no zone
        except ValueError:
            continue
    raise ValidationError(_("« %(text)s » is not a date: write 24/12/2026.") % {"text": text[:20]})


def _days(days: Iterable[int]) -> str:
    names = [DAYS[day - 1] for day in days]
    if len(names) > 2:
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return _(" and ").join(names)


def _slots(slots: Slots) -> str:
    return _(" and ").join(_("%(start)s to %(end)s") % {"start": _at(a), "end": _at(b)} for a, b in slots)


def _at(moment: time) -> str:
    return hour(datetime.combine(date.min, moment))


def _choices(form: forms.Form, name: str) -> Any:
    return form.fields[name]
