"""The peer: django-helpdesk in an environment of its own, with a base of its own on the same server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.houses import Server

VERSION = "2.6.1"
ROOT = Path(__file__).resolve().parents[2]
PIP = ROOT / "tools" / "pip-26.3-py3-none-any.whl" / "pip"
INGEST = ROOT / "tools" / "benchmarks" / "peer_ingest.py"
BASE = "bench_peer"
SETTINGS = """
SECRET_KEY = "bench"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SITE_ID = 1
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.sites", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize",
    "rest_framework", "helpdesk",
]
ROOT_URLCONF = "peer_urls"
TEMPLATES = [{{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {{
    "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}}}]
DATABASES = {{"default": {database!r}}}
MEDIA_ROOT = {media!r}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
STATIC_URL = "/static/"
"""
URLS = 'from django.urls import include, path\n\nurlpatterns = [path("", include("helpdesk.urls"))]\n'


class NoPeer(Exception):
    """The peer cannot be installed or run; the sentence says why."""


@dataclass(frozen=True)
class PeerRun:
    """What the peer did with the mails."""

    offered: int
    stored: int
    seconds: float
    faults: dict[str, int]

    @property
    def rate(self) -> float:
        """Mails taken in per second, those that failed included."""
        return self.offered / self.seconds


def install_peer(folder: Path) -> Path:
    """Make the peer's environment once; return its Python."""
    home = folder / "peer"
    python = home / "bin" / "python"
    stamp = home / "installed"
    if not stamp.exists() or stamp.read_text() != VERSION:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(home)
        words: list[str | Path] = [python, PIP, "install", "--quiet", f"django-helpdesk=={VERSION}", "psycopg[binary]"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise NoPeer(f"django-helpdesk {VERSION} ne s’installe pas :\n{done.stderr.strip()[-500:]}")
        stamp.write_text(VERSION)
    return python


def run_peer(python: Path, server: Server, folder: Path, mails: Sequence[Path]) -> PeerRun:
    """Let the peer take the mails in, on an empty base."""
    server.make_base(BASE)
    work = folder / "peer-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "list").write_text("\n".join(str(path.resolve()) for path in mails))
    settings = SETTINGS.format(database=database_setting(server.url_of(BASE)), media=str(work / "media"))
    (work / "peer_settings.py").write_text(settings)
    (work / "peer_urls.py").write_text(URLS)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EGARDS_", "DATABASE_"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(work)}
    done = subprocess.run(
        [python, "-W", "ignore", INGEST, work / "list"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    server.drop_base(BASE)
    if done.returncode:
        raise NoPeer(f"django-helpdesk s’est arrêté :\n{done.stderr.strip()[-800:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return PeerRun(told["offered"], told["stored"], told["seconds"], told["faults"])


def database_setting(url: str) -> dict[str, object]:
    """Return Django's setting for the same server."""
    parts = urlsplit(url)
    host = dict(parse_qsl(parts.query)).get("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
    }
