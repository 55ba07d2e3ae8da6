"""Figures of a mailbox known by hand. One ``Haul`` is read once for all: reading starts processes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egards.bilan.counting import Counts, count, says_again
from egards.bilan.needs import needs
from egards.bilan.ours import said
from egards.bilan.shares import Share
from egards.bilan.taking import look_over, take_in
from egards.bilan.tests.letters import at, known_mailbox, mbox
from egards.bilan.words import Haul, Word

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = 3600


@pytest.fixture(scope="module")
def haul(tmp_path_factory: pytest.TempPathFactory) -> Haul:
    path = mbox(tmp_path_factory.mktemp("boite") / "boite.mbox", known_mailbox())
    return take_in(path, said(["tilleul.example"]), now=NOW, told=lambda n: None, workers=1)


@pytest.fixture(scope="module")
def counts(haul: Haul) -> Counts:
    return count(haul)


def test_no_message_is_lost(haul: Haul) -> None:
    assert haul.found == 19
    assert (len(haul.words), haul.duplicates, len(haul.refusals)) == (17, 1, 1)
    assert haul.refusals[0].reason == "sans expéditeur lisible"


def test_who_wrote_is_told_apart(counts: Counts) -> None:
    assert counts.sides == {"customer": 9, "ours": 4, "our_machine": 1, "automatic": 2, "internal": 1}
    assert counts.machines == {"out_of_office": 1, "list": 1}
    assert counts.people == 6


def test_needs_are_followed_by_hand(haul: Haul) -> None:
    told = {need.person: (len(need.asked), need.answered_at and need.wait(NOW) / HOUR) for need in needs(haul.words)}
    assert told == {
        "adele@a.example": (1, 3.0),  # her « merci » asks for nothing
        "basile@b.example": (3, None),  # one need, though his last mail cites nothing
        "chloe@c.example": (1, 30.0),
        "diane@d.example": (1, 96.0),  # answered at another of her addresses, as the mail cites hers
        "elias@e.example": (1, None),  # our mail of day 10 is about something else
        "fanny@f.example": (1, None),  # an absence is no answer
    }


def test_waits_are_those_of_the_hand(counts: Counts) -> None:
    # the last message is of day 10: Elias, of day 9, is too recent to count
    assert counts.waits.young == 1
    assert counts.waits.unanswered == Share(2, 5)
    assert [step.some for step in counts.waits.steps] == [1, 0, 1, 1, 0]
    # ended 3, 30, 96 h; running 6 and 9 days: half have waited no more than the third of five
    assert counts.waits.median.quantile.value == 96 * HOUR
    assert counts.waits.silence.quantile.value == 6 * 24 * HOUR


def test_those_told_to_be_silent(counts: Counts) -> None:
    assert counts.silencing == Share(1, 5)


def test_those_who_had_to_repeat(counts: Counts) -> None:
    # Basile wrote again two days later (his photo within the hour is the same word), Diane says « troisième appel »
    assert counts.repeated == Share(2, 6)
    assert counts.effort.repeats == 2


def test_effort_is_plain_arithmetic(counts: Counts) -> None:
    effort = counts.effort
    assert effort.messages == 9
    assert effort.characters == sum(map(len, (
        "Où en est ma livraison ?", "Merci beaucoup.", "La table est arrivée cassée.", "Avec la photo.",
        "Toujours rien, c’est inadmissible.", "Je voudrais être remboursée.",
        "C’est mon troisième appel pour cette facture fausse.", "Avez-vous ce modèle ?", "Je suis très contente.",
    )))  # fmt: skip
    assert effort.hours(200, 2.0, 5.0) == pytest.approx((effort.characters / 200 + 2 * 9 + 5 * 2) / 60)


def test_a_mailbox_without_a_mail_of_ours_says_nothing_of_silence(haul: Haul) -> None:
    alone = Haul(9, tuple(word for word in haul.words if word.side == "customer"), 0, (), {}, has_mail=True)
    counts = count(alone)
    assert not counts.can_see_answers
    # Basile’s second mail may well answer one of ours, which lies elsewhere: only Diane says that she repeats
    assert counts.repeated == Share(1, 6)
    assert counts.effort.repeats == 1


def test_a_table_beside_the_mail_lengthens_no_wait(haul: Haul) -> None:
    row = Word("customer", "row:1", at=NOW, text="Parfait.", is_row=True)
    counts = count(replace(haul, words=(*haul.words, row)))
    assert counts.waits.young == 1
    assert counts.waits.silence.quantile.value == 6 * 24 * HOUR
    assert counts.last == NOW


def test_a_table_says_neither_what_cannot_be_nor_what_it_cites(tmp_path: Path) -> None:
    (tmp_path / "avis.csv").write_text(
        "date;commentaire\n2031-01-01;Un jour peut-être, parfait.\n1970-01-01;Accueil odieux.\n"
        "2026-09-07;Parfait.\n2026-09-08;Accueil odieux.\n2026-09-09;Parfait.\nJeanne Ozanne;Perdu.\n"
    )
    haul = take_in(tmp_path, said([]), now=NOW, told=lambda n: None, workers=1)
    counts = count(haul)
    assert [refusal.reason for refusal in haul.refusals] == ["ligne de tableau illisible"]
    assert counts.first
    assert counts.last
    assert (counts.undated, counts.first.date(), counts.last.date()) == (2, at(0).date(), at(2).date())


def test_ours_is_guessed_from_whom_people_write_to(tmp_path: Path) -> None:
    found, ours = look_over(mbox(tmp_path / "b.mbox", known_mailbox()), told=lambda n: None)
    assert found == 19
    assert "bonjour@tilleul.example" in ours
    assert "noreply@tilleul.example" in ours
    assert "adele@a.example" not in ours
    assert ours.is_guess


def test_folders_maildir_and_tables_are_read_together(tmp_path: Path) -> None:
    first, second = known_mailbox()[:2]
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1.a:2,S").write_bytes(first)
    (tmp_path / "new" / "2.b").write_bytes(second)
    (tmp_path / "avis").mkdir()
    (tmp_path / "avis" / "avis.csv").write_text("note;commentaire\n1;Accueil odieux.\n5;Parfait.\nsept;Perdu.\n")
    haul = take_in(tmp_path, said(["tilleul.example"]), now=NOW, told=lambda n: None, workers=1)
    assert (haul.found, len(haul.words), len(haul.refusals)) == (5, 4, 1)
    assert count(haul).tones.unhappy == 1


@pytest.mark.parametrize(
    "text",
    ["C’est mon troisième appel.", "Je vous relance.", "Malgré mes nombreux mails", "J'ai déjà appelé deux fois",
     "sans réponse de votre part", "2e message"],
)  # fmt: skip
def test_saying_again_is_heard(text: str) -> None:
    assert says_again(Word("customer", "k", text=text))


@pytest.mark.parametrize(
    "text", ["La deuxième chaise est belle.", "J’appelle pour la première fois.", "La relance du produit"]
)
def test_a_number_alone_repeats_nothing(text: str) -> None:
    assert not says_again(Word("customer", "k", text=text))
