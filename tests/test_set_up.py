"""The tools that a stranger meets first, and those that keep the house in order, refuse what they should refuse."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tools import bootstrap, check, docs_complete, lengths, licences, messages
from tools.contracts import PrivateContract, PureContract, is_pure

ROOT = Path(__file__).resolve().parent.parent


# ── installation ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_entry_script_can_be_read_by_an_old_python() -> None:
    ast.parse((ROOT / "egards.py").read_text(), feature_version=(3, 4))


def test_the_bootstrap_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "tools" / "bootstrap.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_an_environment_borrowed_from_another_copy_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    (theirs / "lib").mkdir(parents=True)
    ours = tmp_path / ".venv"
    ours.symlink_to(theirs)
    monkeypatch.setattr(bootstrap, "VENV", ours)
    monkeypatch.setattr(bootstrap, "PYTHON", ours / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", ours / "ready.json")
    bootstrap.make_venv()
    assert (ours / "bin" / "python").exists()
    assert not ours.is_symlink()
    assert [entry.name for entry in theirs.iterdir()] == ["lib"]


def test_the_pip_kept_here_is_the_one_that_was_checked() -> None:
    assert hashlib.sha256(bootstrap.PIP.read_bytes()).hexdigest() == bootstrap.PIP_SHA256


def test_every_locked_package_has_its_hashes() -> None:
    for lock in (bootstrap.RUN_LOCK, bootstrap.DEV_LOCK):
        packages = lock.read_text().replace("\\\n", " ").strip().splitlines()
        assert [line for line in packages if "==" in line and "--hash=sha256:" not in line] == []


def test_the_two_locks_agree() -> None:
    def versions(lock: Path) -> set[str]:
        return {line.split(" ")[0] for line in lock.read_text().splitlines() if "==" in line and line[0].isalnum()}

    assert versions(bootstrap.RUN_LOCK) <= versions(bootstrap.DEV_LOCK)


def test_no_address_of_a_package_index_is_written() -> None:
    for lock in (bootstrap.RUN_LOCK, bootstrap.DEV_LOCK):
        assert "://" not in lock.read_text()


def test_help_needs_no_installation_and_names_every_command_of_make() -> None:
    text = subprocess.run(
        ["/usr/bin/env", "-i", sys.executable, "-S", "-E", ROOT / "egards.py", "help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONIOENCODING": "utf-8"},
    ).stdout
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY"))
    assert [name for name in phony.split()[1:] if f"  {name} " not in text] == []


def test_a_failure_of_pip_is_told_in_french() -> None:
    assert "ca-certificates" in bootstrap.explain(
        "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]"
    )
    assert "réseau" in bootstrap.explain("NewConnectionError: Failed to establish a new connection")
    assert "disque est plein" in bootstrap.explain("OSError: [Errno 28] No space left on device")


def test_a_part_of_the_tests_is_found_by_its_name() -> None:
    assert bootstrap.part_of_tests(["cli", "-x", "tests/test_set_up.py"]) == [
        "egards/cli",
        "-x",
        "tests/test_set_up.py",
    ]
    assert bootstrap.part_of_tests(["set_up"]) == ["tests/test_set_up.py"]


def test_a_moved_folder_is_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    bootstrap.STAMP.write_text(f'{{"requirements.lock": "a", "root": "{bootstrap.ROOT}"}}')
    assert bootstrap.is_ready({"requirements.lock": "a", "requirements-dev.lock": "b"}, for_makers=False)
    assert not bootstrap.is_ready({"requirements.lock": "a", "requirements-dev.lock": "b"}, for_makers=True)
    assert not bootstrap.is_ready({"requirements.lock": "new", "requirements-dev.lock": "b"}, for_makers=False)
    bootstrap.STAMP.write_text('{"requirements.lock": "a", "root": "/elsewhere"}')
    assert not bootstrap.is_ready({"requirements.lock": "a", "requirements-dev.lock": "b"}, for_makers=False)


# ── the floors ───────────────────────────────────────────────────────────────────────────────────────────────────────


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A small graph of imports."""
    made = grimp.ImportGraph()
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


def test_purity_is_lost_through_another_module() -> None:
    contract = PureContract("pure", {}, {"modules": ["egards.*.rules"], "refused": ["django"]})
    clean = graph(("egards.orders.rules", "egards.core.text"), ("egards.orders.models", "django"))
    stained = graph(("egards.orders.rules", "egards.core.text"), ("egards.core.text", "django"))
    assert contract.check(clean, verbose=False).kept
    assert not contract.check(stained, verbose=False).kept


def test_what_is_inside_a_pure_package_is_pure_and_its_tests_are_free() -> None:
    assert is_pure("egards.touchpoints.mime.bodies", ["egards.touchpoints.mime"])
    assert not is_pure("egards.statistics.tests.test_intervals", ["egards.statistics"])


def test_the_views_of_another_app_are_closed() -> None:
    contract = PrivateContract("private", {}, {"parts": ["views"], "shared": ["core"]})
    at_home = graph(("egards.orders.urls", "egards.orders.views"), ("egards.config.urls", "egards.core.views"))
    abroad = graph(("egards.workspace.pages", "egards.orders.views"))
    assert contract.check(at_home, verbose=False).kept
    assert not contract.check(abroad, verbose=False).kept


# ── the other checks ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_gpl_alone_is_refused_and_the_lgpl_is_not() -> None:
    assert licences.is_allowed("LGPL-3.0-only")
    assert licences.is_allowed("MIT AND (Apache-2.0 OR GPL-3.0-only)")
    assert not licences.is_allowed("GPL-3.0-only")
    assert not licences.is_allowed("MIT AND GPL-3.0-only")
    assert not licences.is_allowed("")


def test_public_names_are_read_from_the_sources() -> None:
    source = (
        "import os\nHOME = os.environ.get('EGARDS_X', '')\nurls = [path('a/', view, name='queue')]\n"
        "class Mail:\n    kind = 'mail'\nparser.add_parser('doctor')\nSEND: str = 'api.send'\n"
    )
    tree = ast.parse(source)
    assert list(docs_complete.settings_read(tree)) == ["EGARDS_X"]
    assert list(docs_complete.route_names(tree)) == ["queue"]
    assert list(docs_complete.kinds(tree)) == ["mail"]
    assert list(docs_complete.sub_commands(tree)) == ["doctor"]
    assert list(docs_complete.constants(tree)) == ["api.send"]


def test_a_built_sentence_is_refused_in_gettext(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "views.py").write_text('_("Hello")\n_(f"Hello {name}")\n_("Hello " + name)\n_("Hello %s" % name)\n')
    assert [line.split(" ")[0] for line in messages.built_messages(tmp_path)] == [
        "views.py:2",
        "views.py:3",
        "views.py:4",
    ]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with a page and a sentence, without French."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "APPS", tmp_path / "egards")
    folder = tmp_path / "egards" / "queue"
    (folder / "templates" / "queue").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "views.py").write_text("TITLE = _('Queue')\n")
    (folder / "templates" / "queue" / "page.html").write_text("{% load i18n %}{% translate 'Next' %}")
    return folder


def test_messages_of_code_and_templates_are_wanted_in_french(app: Path) -> None:
    messages.update(app)
    assert len([line for line in messages.check_all() if "sans français" in line]) == 2


def test_a_complete_catalogue_passes_and_is_not_changed_by_an_update(app: Path) -> None:
    messages.update(app)
    po = messages.po_file(app)
    po.write_text(po.read_text().replace('msgid "Queue"\nmsgstr ""', 'msgid "Queue"\nmsgstr "File"'))
    po.write_text(po.read_text().replace('msgid "Next"\nmsgstr ""', 'msgid "Next"\nmsgstr "Suivant"'))
    messages.update(app)
    before = po.read_bytes()
    messages.update(app)
    assert list(messages.check_all()) == []
    assert po.read_bytes() == before


def test_an_old_compiled_catalogue_and_careless_typography_are_refused(app: Path) -> None:
    messages.update(app)
    po = messages.po_file(app)
    po.write_text(po.read_text().replace('msgid "Queue"\nmsgstr ""', 'msgid "Queue"\nmsgstr "L\'accueil"'))
    complaints = "\n".join(messages.check_all())
    assert "django.mo" in complaints
    assert "typographie" in complaints


def test_a_long_function_is_refused_unless_it_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lengths, "ROOT", tmp_path)
    body = "    x = 1\n" * 41
    (tmp_path / "a.py").write_text(f"def f():\n{body}\ndef g():  # long: one line per rule\n{body}")
    assert list(lengths.too_long(tmp_path / "a.py")) == ["a.py:1 : f a 42 lignes"]


def test_a_migration_keeps_no_automatic_name() -> None:
    assert check.AUTO_NAMED.match("0007_auto_20261123_1012")
    assert check.AUTO_NAMED.match("0002_place_code_and_more")
    assert not check.AUTO_NAMED.match("0002_guard_facts")
