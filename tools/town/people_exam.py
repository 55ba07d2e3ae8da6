"""Who is who, what was understood, and the pages of customers and conversations, beside what is true."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from egards.demo.plan.story import Via
from egards.demo.words.people import members
from tools.town import scoring
from tools.town.evidence import Exam
from tools.town.hours import PARIS
from tools.town.rows import Row, counts
from tools.town.screens import ConversationSeen, PromiseSeen, conversation_seen, customer_seen
from tools.town.truth import PromiseTruth, Standing, WordTruth

CUSTOMER, CONVERSATION, WORDS = "client", "conversation", "mots"
MINUTE: Final = timedelta(minutes=1)
_STATUS: Final = {
    "tenue": "kept", "tenue trop tard": "late", "non tenue": "broken", "à tenir": "open", "retirée": "withdrawn",
}  # fmt: skip
_KIND: Final = {"Une réponse": "answer", "Un appel": "call"}
_STATE: Final = {"": "open", "résolue": "resolved", "reportée": "snoozed"}
_MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def identity(exam: Exam) -> Iterator[Row]:
    """Who is who behind addresses and numbers: every pair of signed words."""
    signed = [(word, held) for word, held in exam.joined if word.person is not None]
    found = scoring.pairs([(word.person, held["customer_id"] or held["id"]) for word, held in signed])
    yield _found(WORDS, "identité : paires de mots d’une même personne", found)
    people = defaultdict(set)
    customers = defaultdict(set)
    for word, held in signed:
        people[word.person].add(held["customer_id"])
        customers[held["customer_id"]].add(word.person)
    split = sum(len(ids) > 1 for ids in people.values())
    mixed = sum(len(ids) > 1 for ids in customers.values())
    yield counts(CUSTOMER, "personnes vues comme plusieurs clients", [(0, split)])
    yield counts(CUSTOMER, "clients où l’on a réuni plusieurs personnes", [(0, mixed)])
    yield counts(WORDS, "mots reçus et retrouvés", [(len(exam.truth.words), len(exam.joined))])
    whole = sum(word.text.split() == held["text"].split() for word, held in exam.joined if word.via != Via.MAIL)
    yield counts(WORDS, "textes gardés mot pour mot (hors e-mail)",
                 [(sum(word.via != Via.MAIL for word, _held in exam.joined), whole)])  # fmt: skip


def reading(exam: Exam) -> Iterator[Row]:
    """What was understood: tone by class, themes one by one."""
    told = [(word, held) for word, held in exam.joined if held["reading"]]
    yield counts(WORDS, "mots lus", [(len(exam.joined), len(told))])
    tones = tone_table(told)
    for name, found in scoring.class_scores(tones).items():
        if name != "ambigu":
            yield _found(WORDS, f"tonalité : {name}", found)
    ambiguous = sum(row["ambigu"] for row in tones.values())
    yield Row(WORDS, "tonalité : dits ambigus", f"{sum(w.is_ambiguous for w, _h in told)}", f"{ambiguous}",
              f"{100 * ambiguous / max(1, len(told)):.0f} % des mots", False)  # fmt: skip
    exact = sum(not h["reading"]["is_ambiguous"] and h["reading"]["polarity"] == w.polarity for w, h in told)
    yield Row(WORDS, "tonalité : au degré près (cinq degrés)", f"{len(told)}", f"{exact}",
              f"{100 * exact / max(1, len(told)):.0f} % justes", exact == len(told))  # fmt: skip
    for name, found in theme_scores(exam).items():
        yield _found(WORDS, f"thème « {name} »", found)


def tone_table(told: Sequence[tuple[WordTruth, Mapping[str, Any]]]) -> dict[str, Counter[str]]:
    """True tone → tones shown for it, in three classes, and those the house does not decide."""
    return scoring.confusion(
        (_tone(word.polarity), "ambigu" if held["reading"]["is_ambiguous"] else _tone(held["reading"]["polarity"]))
        for word, held in told
    )


def theme_scores(exam: Exam) -> dict[str, scoring.Found]:
    """How each theme is found."""
    return scoring.set_scores(
        (word.themes, [theme["theme"] for theme in held["reading"]["themes"]])
        for word, held in exam.joined
        if held["reading"] and word.text.strip()
    )


def _tone(polarity: int) -> str:
    return "content" if polarity > 0 else "mécontent" if polarity < 0 else "neutre"


# ── promises and conversations ───────────────────────────────────────────────────────────────────────────────────────


def clocks(exam: Exam) -> Iterator[Row]:
    """Promise clocks, to the minute: as advisers saw them at work, and as customers' pages tell them in the end."""
    yield _due_at_work(exam)
    stories = {conversation: step.split(" ")[0] for step, conversation in exam.diary.conversations.items()}
    promised: dict[str, list[PromiseTruth]] = defaultdict(list)
    for promise in exam.truth.promises:
        promised[promise.story].append(promise)
    statuses: list[tuple[str, str]] = []
    moments: list[tuple[float, float]] = []
    unknown = 0
    for text in exam.page("clients").values():
        left = {story: list(those) for story, those in promised.items()}
        for seen in customer_seen(text).promises:
            true = _take(left.get(stories.get(seen.conversation, ""), []), seen, exam.now)
            if true is None:
                unknown += 1
                continue
            statuses.append((true.status(exam.now), _STATUS.get(seen.word, seen.word)))
            if seen.at and statuses[-1][0] == statuses[-1][1] != "withdrawn":
                end = true.settled_at or true.due_at
                moments.append((end.timestamp() // 60, seen.at.timestamp() // 60))
    for status, name in (("kept", "tenues"), ("late", "tenues trop tard"), ("broken", "non tenues"), ("open", "à tenir"), ("withdrawn", "retirées")):  # fmt: skip  # noqa: E501
        found = scoring.class_scores(scoring.confusion(statuses)).get(status)
        if found:
            yield _found(CUSTOMER, f"promesses {name}", found)
    yield counts(CUSTOMER, "promesses montrées que personne n’a faites", [(0, unknown)])
    yield _minutes(CUSTOMER, "moment où une promesse est tenue, ou due", moments)


def _take(those: list[PromiseTruth], seen: PromiseSeen, now: datetime) -> PromiseTruth | None:
    """The promise that a line speaks of: of its kind, the nearest in time."""
    kind = _KIND.get(seen.what, "other")
    fitting = [one for one in those if one.kind == kind]
    if not fitting:
        return None
    at = seen.at or now
    best = min(fitting, key=lambda one: abs((one.settled_at or one.due_at) - at))
    those.remove(best)
    return best


def _due_at_work(exam: Exam) -> Row:
    """What the conversation's page said was due first, each time an adviser opened it."""
    persons, taken = {story.key: story.customer for story in exam.stories}, _mistaken(exam)
    promised: dict[str, list[PromiseTruth]] = defaultdict(list)
    for promise in exam.truth.promises:
        promised[promise.story].append(promise)
    values: list[tuple[float, float]] = []
    mistaken = 0
    for lived in exam.diary.lived:
        shown = lived.more.get("due")
        if not shown:
            continue
        running = [p.due_as_of(lived.at) for p in promised[lived.story] if _is_running(p, lived.at)]
        true = min(running, default=None)
        values.append((true.timestamp() // 60 if true else 0.0, _stamp(shown)))
        mistaken += values[-1][0] != values[-1][1] and persons[lived.story] in taken
    row = _minutes(CONVERSATION, "« promis avant », à chaque ouverture par une personne", values)
    return replace(row, note=f"{mistaken} chez des personnes prises pour une autre" if mistaken else "")


def _mistaken(exam: Exam) -> frozenset[int]:
    """People who are seen as several customers, or as one with somebody else."""
    ids: dict[int, set[str]] = defaultdict(set)
    people: dict[str, set[int]] = defaultdict(set)
    for word, held in exam.joined:
        if word.person is not None:
            ids[word.person].add(held["customer_id"])
            people[held["customer_id"]].add(word.person)
    return frozenset(p for p, those in ids.items() if len(those) > 1 or any(len(people[one]) > 1 for one in those))


def _is_running(promise: PromiseTruth, at: datetime) -> bool:
    return promise.made_at <= at and (promise.settled_at is None or promise.settled_at >= at)


def _stamp(shown: str) -> float:
    return datetime.fromisoformat(shown).timestamp() // 60 if shown != "-" else 0.0


def conversations(exam: Exam) -> Iterator[Row]:
    """Each conversation's page: whose turn, who has it, every word at its minute."""
    standings = {standing.story: standing for standing in exam.truth.standings}
    by_conversation: dict[str, set[str]] = defaultdict(set)
    for step, conversation in exam.diary.conversations.items():
        by_conversation[conversation].add(step.split(" ")[0])
    seen = [
        (standings[next(iter(stories))], conversation_seen(text))
        for conversation, text in exam.page("conversations").items()
        if len(stories := by_conversation[conversation]) == 1
    ]
    yield _matches("à qui le tour", [(_state(true, exam.now), _STATE.get(shown.state.split(" ")[0], "waiting")) for true, shown in seen])  # fmt: skip  # noqa: E501
    names = {member.login: member.name for member in members()}
    yield _matches("qui s’en occupe", [(names.get(true.owner, ""), shown.owner) for true, shown in seen])
    acknowledged = Counter(letter.story for letter in exam.diary.letters if not letter.is_answer)
    for what, shape, of in (
        ("mots du client", "in", _said_at),
        ("nos réponses et accusés", "out", _answered_at),
        ("appels", "call", _called_at),
    ):
        more = acknowledged if shape == "out" else Counter()
        yield counts(CONVERSATION, what, [
            (len(of(true)) + more[true.story], sum(one == shape for one, _at in shown.shapes)) for true, shown in seen
        ])  # fmt: skip
        if shape != "out":
            yield _minutes(CONVERSATION, f"{what} : leur minute", list(_times(seen, shape, of)))
    yield counts(CONVERSATION, "notes", [(t.notes, sum(one == "note" for one, _at in s.shapes)) for t, s in seen])


def _said_at(true: Standing) -> list[datetime]:
    return true.said_at


def _answered_at(true: Standing) -> list[datetime]:
    return true.answered_at


def _called_at(true: Standing) -> list[datetime]:
    return true.called_at


def _times(
    seen: Sequence[tuple[Standing, ConversationSeen]], shape: str, of: Callable[[Standing], list[datetime]]
) -> Iterator[tuple[float, float]]:
    for true, shown in seen:
        stamps = [at.timestamp() // 60 for one, at in shown.shapes if one == shape]
        yield from zip((at.timestamp() // 60 for at in sorted(of(true))), sorted(stamps), strict=False)


def _state(true: Standing, now: datetime) -> str:
    return "open" if true.state == "snoozed" and true.until and true.until <= now else true.state


def customers(exam: Exam) -> Iterator[Row]:
    """Each customer's page: since when, which conversations, which words, by the person most of them are of."""
    persons: dict[str, Counter[int]] = defaultdict(Counter)
    for word, held in exam.joined:
        if word.person is not None and held["customer_id"]:
            persons[held["customer_id"]][word.person] += 1
    words: dict[int, list[WordTruth]] = defaultdict(list)
    for word in exam.truth.words:
        if word.person is not None:
            words[word.person].append(word)
    talks, since = [], []
    for customer, text in exam.page("clients").items():
        if customer not in persons:
            continue
        seen, theirs = customer_seen(text), words[persons[customer].most_common(1)[0][0]]
        asked = {word.key for word in theirs if word.via in (Via.MAIL, Via.FORM)}
        talks.append((len(asked), len(seen.conversations)))
        first = min(word.at for word in theirs).astimezone(PARIS)
        since.append((f"{_MONTHS[first.month - 1]} {first.year}", seen.since))
    yield counts(CUSTOMER, "conversations d’un client", talks)
    right = sum(month in shown for month, shown in since)
    yield counts(CUSTOMER, "« nous nous parlons depuis »", [(len(since), right)])


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _found(screen: str, figure: str, found: scoring.Found) -> Row:
    def said(share: float | None) -> str:
        return "—" if share is None else f"{100 * share:.1f} %".replace(".", ",")

    error = f"précision {said(found.precision)}, rappel {said(found.recall)}"
    is_right = found.wrong == found.missed == 0
    return Row(screen, figure, f"{found.right + found.missed}", f"{found.right + found.wrong}", error, is_right)


def _minutes(screen: str, figure: str, values: Sequence[tuple[float, float]]) -> Row:
    found = scoring.errors(values)
    wrong = found.n - found.exact
    error = "juste à la minute" if not wrong else f"{wrong} faux, médiane des écarts non nuls {_gap(values)} min"
    return Row(screen, figure, f"{found.n}", f"{found.exact} justes", error, not wrong)


def _gap(values: Sequence[tuple[float, float]]) -> str:
    gaps = sorted(abs(true - shown) for true, shown in values if true != shown)
    return f"{gaps[len(gaps) // 2]:.0f}" if gaps else "0"


def _matches(figure: str, values: Sequence[tuple[str, str]]) -> Row:
    right = sum(true == shown for true, shown in values)
    wrong = Counter(f"{true or '—'} → {shown or '—'}" for true, shown in values if true != shown)
    error = "juste" if not wrong else ", ".join(f"{what} ×{n}" for what, n in wrong.most_common(4))
    return Row(CONVERSATION, figure, f"{len(values)}", f"{right} justes", error, right == len(values))
