"""French as it is set: what people read carries the right signs, and customers' pages none of our jargon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from egards.core.typography import faults, forbidden_words, template_text

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
CATALOGUES = sorted(ROOT.glob("*/locale/fr/LC_MESSAGES/django.po"))
TRANSLATED = re.compile(r"""{%\s*(?:translate|trans)\s+(?:"([^"]+)"|'([^']+)')""")
# Customers read these; the two shells count, since every customers' page contains them.
PUBLIC = [path for path in TEMPLATES if "public" in path.parts or path.parent.parent.name == "core"]


def rules(text: str) -> list[str]:
    return [fault.rule for fault in faults(text)]


def test_a_well_set_text_has_no_fault() -> None:
    assert rules("«\u202fOù est-il\u202f?\u202f» 76\u00a0% des clients l’ont demandé\u202f: lisez-les…") == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("l'adresse", "apostrophe: ’"),
        ('le "mot"', "quotation marks: « »"),
        ("attendez...", "ellipsis: …"),
        ("vraiment ?", "U+202F before ; ! ?"),
        ("vraiment?", "U+202F before ; ! ?"),
        ("vraiment\u00a0!", "U+202F before ; ! ?"),
        ("promis : demain", "U+202F before :"),
        ("« mot\u202f»", "U+202F after «"),
        ("«\u202fmot »", "U+202F before »"),
        ("76 %", "U+00A0 before a unit"),
        ("76%", "U+00A0 before a unit"),
        ("12 €", "U+00A0 before a unit"),
        ("à 18 h", "U+00A0 before a unit"),
        ("n° 12", "U+00A0 after n°"),
        ("un coeur", "œ"),
        ("un·e cliente", "no median point"),
    ],
)
def test_each_fault_is_found(text: str, rule: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://exemple.fr/?page=2",
        "de 12:30 à 13:00",
        "Quoi\u202f?!",
        "le %(count)s %% et %(name)s",
        "à 18\u00a0h\u00a030, 12\u00a0€",
        "{number} clés",
        "Noël, coefficient, coexister, poète, Boeing, coude",
    ],
)
def test_what_only_looks_like_a_fault_is_let_through(text: str) -> None:
    assert rules(text) == []


def test_a_fault_says_its_line_and_what_stands_around_it() -> None:
    fault = faults("Bonjour\nl'adresse")[0]
    assert (fault.line, fault.rule, fault.excerpt) == (2, "apostrophe: ’", "Bonjour l'adresse")


def test_words_we_do_not_say_are_found_whole_and_in_any_case() -> None:
    assert len(forbidden_words("Votre Ticket, vos feedbacks, le crm")) == 3
    assert forbidden_words("étiqueter, tickettes, écran") == []


def test_a_template_is_read_as_its_reader_sees_it() -> None:
    source = (
        "{# l'auteur #}\n<p title=\"l'aide\" class='x'>{{ name }} ?</p>\n{% translate \"Don't\" %}<script>'</script>"
    )
    assert [(fault.line, fault.rule) for fault in faults(template_text(source))] == [
        (2, "apostrophe: ’"),
        (2, "U+202F before ; ! ?"),
    ]


def test_the_templates_and_catalogues_are_found() -> None:
    assert len(TEMPLATES) > 20
    assert {path.parents[3].name for path in CATALOGUES} >= {"core", "accounts", "workspace"}
    assert ROOT / "core/templates/404.html" in PUBLIC


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_is_well_set(path: Path) -> None:
    assert [str(fault) for fault in faults(template_text(path.read_text()))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_french_catalogue_is_complete_and_well_set(path: Path) -> None:
    wrong = []
    for message, french in _translations(path):
        if not french:
            wrong.append(f"{message!r} is not translated")
        wrong += [f"{french!r}: {fault}" for fault in faults(_text(french))]
    assert wrong == []


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_customers_never_read_our_jargon(path: Path) -> None:
    source = path.read_text()
    french = dict(pair for catalogue in CATALOGUES for pair in _translations(catalogue))
    said = [french.get(one or two, one or two) for one, two in TRANSLATED.findall(source)]
    assert [str(fault) for text in (template_text(source), *said) for fault in forbidden_words(text)] == []


def _translations(path: Path) -> list[tuple[str, str]]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    pairs = []
    for entry in catalogue:
        match entry.id, entry.string:
            case "", _:
                pass
            case (str(message), *_), (*texts,):
                pairs += [(message, str(text)) for text in texts]
            case message, text:
                pairs.append((str(message), str(text or "")))
    return pairs


def _text(french: str) -> str:
    # Catalogues hold markup too: what counts is what is read.
    return template_text(french)
