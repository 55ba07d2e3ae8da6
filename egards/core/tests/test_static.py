"""What we serve is what we fetched, it survives the hashed storage, and the base pages stand without a house."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.template.loader import render_to_string
from pytest_django import Settings

from egards.core.templatetags import egards_ui

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "egards"
STATIC = PACKAGE / "core/static/egards"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
ERRORS = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ICON = re.compile(r"""{%\s*icon\s+["']([^"']+)["']""")


@pytest.fixture(autouse=True)
def plain_storage(settings: Settings) -> None:
    """Addresses without hashes, whatever the run: nothing is collected here."""
    settings.STORAGES = {**settings.STORAGES, **STORAGES}


def test_the_vendored_files_are_those_of_the_lock() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "tools/vendor.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (check.stderr, check.returncode) == ("", 0)


def test_nothing_is_fetched_from_elsewhere() -> None:
    ours = [path for suffix in ("html", "css", "js") for path in PACKAGE.glob(f"*/**/*.{suffix}")]
    shown = [path for path in ours if "vendor" not in path.parts and "tests" not in path.parts]
    assert len(shown) > 30
    elsewhere = re.compile(r"""(?:src|href)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|import\s+["'](?:https?:)?//""")
    assert [str(path) for path in shown if elsewhere.search(path.read_text())] == []


def test_no_template_writes_a_style_or_a_script_of_its_own() -> None:
    # Data blocks (application/json) are not scripts for a browser, nor for its policy.
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(?:\ssrc=|application/json))")
    assert [str(path) for path in TEMPLATES if inline.search(path.read_text())] == []


def test_every_colour_is_written_in_the_tokens() -> None:
    sheets = [path for path in PACKAGE.glob("*/static/**/*.css") if "vendor" not in path.parts]
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!\w*\")|\brgba?\(|\bhsl\(")
    others = [path for path in sheets if path.name != "tokens.css"]
    assert len(others) > 5
    assert {path.name: colour.findall(path.read_text()) for path in others if colour.findall(path.read_text())} == {}


def test_the_hashed_storage_rewrites_every_address(tmp_path: Path) -> None:
    storage = ManifestStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    source = FileSystemStorage(location=str(PACKAGE / "core/static"))
    paths = {
        str(path.relative_to(PACKAGE / "core/static")): (source, str(path.relative_to(PACKAGE / "core/static")))
        for path in STATIC.rglob("*")
        if path.is_file()
    }
    for name in paths:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((PACKAGE / "core/static" / name).read_bytes())
    failures = [result for *_names, result in storage.post_process(paths) if isinstance(result, Exception)]
    assert failures == []
    sheet = (tmp_path / storage.hashed_files["egards/css/tabler.css"]).read_text()
    assert re.search(r'@import url\("\.\./vendor/tabler/tabler\.min\.[0-9a-f]{12}\.css"\) layer\(tabler\)', sheet)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_icon_exists(path: Path) -> None:
    symbols = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    assert set(ICON.findall(path.read_text())) - symbols == set()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_stands_without_context_and_database(name: str) -> None:
    page = render_to_string(name)
    assert '<html lang="fr">' in page
    assert page.count("<h1>") == 1


def test_the_page_of_our_own_fault_says_so() -> None:
    assert "Cela n’a pas marché, et c’est de notre côté." in render_to_string("500.html")


def test_an_icon_points_into_the_sprite_and_is_silent() -> None:
    assert egards_ui.icon("mail") == (
        '<svg class="i" aria-hidden="true"><use href="/static/egards/icons.svg#mail"/></svg>'
    )


def test_the_dots_say_their_tone_by_place_and_in_words() -> None:
    dots = egards_ui.polarity_dots(-2)
    assert 'aria-label="Ton\u202f: très mécontent"' in dots
    assert dots.count("<b") == 5
    assert '"><b class="on"></b><b></b>' in dots


def test_ambiguous_dots_show_the_middle_whatever_the_value() -> None:
    dots = egards_ui.polarity_dots(2, ambiguous=True)
    assert "pol-amb" in dots
    assert '<b></b><b></b><b class="on"></b><b></b><b></b>' in dots


def test_without_a_reading_there_are_no_dots() -> None:
    assert egards_ui.polarity_dots(None) == ""


def test_a_chip_is_solid_only_once_a_person_confirmed_it() -> None:
    assert 'class="reading"' in egards_ui.reading("Livraison", -1)
    assert 'class="reading reading-sure"' in egards_ui.reading("Livraison", -1, sure=True)


def test_a_chip_escapes_its_label() -> None:
    assert "&lt;b&gt;" in egards_ui.reading("<b>", 0)


def test_a_figure_shows_its_interval_and_its_n() -> None:
    page = render_to_string("egards/figure.html", dict(egards_ui.figure("Satisfaits", 0.76, 0.69, 0.83, 1128)))
    assert "76\u00a0%" in page
    assert "69 à 83\u00a0%, n\u00a0=\u00a01\u202f128" in page
    assert 'x="136.5"' in page


def test_too_few_answers_make_no_figure() -> None:
    page = render_to_string("egards/figure.html", dict(egards_ui.figure("Satisfaits", 0.76, 0.4, 0.9, 22)))
    assert "22 réponses" in page
    assert "76" not in page
