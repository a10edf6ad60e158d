"""A backup comes back as it was; cut, changed, foreign or half done it is refused before anything is touched."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings as product
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from apps.evidence.backups import sealed
from apps.evidence.backups.making import make_backup
from apps.evidence.backups.manifest import NAME, read
from apps.evidence.backups.restoring import restore_backup
from apps.evidence.backups.sealed import Sealed, SealedWriter, Unsound, opened
from apps.evidence.tests.helpers import append, seal

committed = pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"])
pytestmark = pytest.mark.covers("F1")


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_KEYS = {"b1": b"\x0b" * 32}
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "2027").mkdir()
    (settings.MEDIA_ROOT / "2027" / "申报书.pdf").write_bytes(b"%PDF " + bytes(range(256)) * 9000)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one backup of these tests lies, once the first of them has made it."""
    return tmp_path_factory.mktemp("kept") / "backup"


@pytest.fixture
def made(tmp_path: Path, kept: Path, clerk: Any) -> Path:
    """A backup of a log of three entries, and of one file; a copy of it, for whoever would harm it."""
    if not kept.exists():
        for number in range(3):
            append(clerk, what=f"act {number}")
        seal()
        make_backup(kept)
    shutil.copytree(kept, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[str]:
    """An empty database on the same server, and an empty folder for attachments; gives the database's name."""
    name = f"{connection.settings_dict['NAME']}_restored"[-60:]
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield name
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(*statements: str) -> None:
    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], dbname="postgres", autocommit=True
    ) as link:
        for statement in statements:
            link.execute(statement)


def manage(name: str, tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the product over another database."""
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}@{quote(given['HOST'], safe='')}/{name}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "VAR_DIR": str(tmp_path / "new"),
        "BACKUP_KEYS": "b1:" + "0b" * 32,
        "DJANGO_SETTINGS_MODULE": "imbudget.settings",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=product.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@committed
def test_a_backup_comes_back_as_it_was(made, elsewhere, tmp_path):
    done = manage(elsewhere, tmp_path, "restore", "--no-selfcheck", str(made))
    assert done.returncode == 0, done.stderr
    manifest, _key = read(made)
    assert f"{manifest.entries} entries" in done.stdout
    assert f"head {manifest.head}" in done.stdout
    files = tmp_path / "new" / "files"
    assert [path.name for path in files.rglob("*") if path.is_file()] == ["申报书.pdf"]
    assert (files / "2027" / "申报书.pdf").read_bytes() == (tmp_path / "files" / "2027" / "申报书.pdf").read_bytes()
    again = manage(elsewhere, tmp_path, "restore", str(made))
    assert again.returncode == 1
    assert "The database is not empty" in again.stderr


@committed
def test_nobody_reads_a_backup_without_its_key(made):
    for path in made.iterdir():
        content = path.read_bytes()
        assert b"evidence_entry" not in content
        assert b"%PDF" not in content
        assert "申报书".encode() not in content
    assert made.stat().st_mode & 0o077 == 0


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _edit(path: Path) -> None:
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"made_at": "2020-01-01T00:00:00+00:00"}))


@committed
@pytest.mark.parametrize(
    ("name", "harm", "word"),
    [
        ("database.sealed", _cut, "database.sealed is missing or cut off"),
        ("database.sealed", _flip, "database.sealed was changed"),
        ("files.sealed", _flip, "files.sealed was changed"),
        ("files.sealed", Path.unlink, "files.sealed is missing or cut off"),
        (NAME, _edit, "the manifest was changed"),
        (NAME, _cut, "the manifest cannot be read"),
        (NAME, Path.unlink, "there is no finished backup"),
    ],
)
def test_an_unsound_backup_is_refused(made, name, harm, word):
    harm(made / name)
    with pytest.raises(CommandError, match=word):
        restore_backup(made)


@committed
def test_a_foreign_backup_is_refused(made, settings):
    settings.BACKUP_KEYS = {"b2": b"\x0c" * 32}
    with pytest.raises(CommandError, match="under the key b1, which is not in BACKUP_KEYS"):
        restore_backup(made)
    settings.BACKUP_KEYS = {"b1": b"\x0c" * 32}
    with pytest.raises(CommandError, match="does not open under our key"):
        restore_backup(made)


@committed
def test_a_key_that_follows_opens_older_backups(made, settings):
    settings.BACKUP_KEYS = {"b2": b"\x0c" * 32} | settings.BACKUP_KEYS
    manifest, _key = read(made)
    assert (manifest.key_id, manifest.entries) == ("b1", 3)


@committed
def test_a_full_database_is_left_alone(made):
    with pytest.raises(CommandError, match="The database is not empty"):
        restore_backup(made)


@committed
def test_parts_do_not_stand_for_each_other(made):
    shutil.copy(made / "database.sealed", made / "files.sealed")
    with pytest.raises(CommandError, match="files.sealed is missing or cut off"):
        restore_backup(made)


@committed
def test_a_backup_that_is_killed_is_none(tmp_path, clerk):
    """Killed while it writes: nothing bears the name, and the next one succeeds."""
    append(clerk, what="x")
    seal()
    shutil.rmtree(tmp_path / "files")
    folder = tmp_path / "killed"
    given = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{given['USER']}@{quote(given['HOST'], safe='')}/{given['NAME']}",
        "VAR_DIR": str(tmp_path),
        "BACKUP_KEYS": "b1:" + "0b" * 32,
        "DJANGO_SETTINGS_MODULE": "imbudget.settings",
    }
    (tmp_path / "files").mkdir()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup", str(folder)], cwd=product.BASE_DIR, env=environment
    )
    part = folder.with_name("killed.partial")
    deadline = time.monotonic() + 120
    while not (part / "database.sealed").exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if folder.exists():  # it was quicker than we are
        assert read(folder)
        return
    assert part.exists()
    with pytest.raises(CommandError, match="there is no finished backup"):
        restore_backup(part)
    make_backup(folder)
    assert read(folder)
    assert not part.exists()


@committed
def test_the_command_says_what_it_made(tmp_path, clerk, settings):
    append(clerk, what="x")
    out = StringIO()
    call_command("backup", tmp_path / "one", stdout=out)
    assert "entries in the log, head" in out.getvalue()
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "one")
    settings.BACKUP_KEYS = {}
    with pytest.raises(ImproperlyConfigured, match="BACKUP_KEYS"):
        call_command("backup", tmp_path / "two")


@pytest.mark.parametrize("cipher", ["SM4-GCM", "AES-256-GCM"])
@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 5000])
def test_a_sealed_file_opens_to_what_was_written(tmp_path, monkeypatch, cipher, size):
    monkeypatch.setattr(sealed, "PIECE", 1000)
    content = os.urandom(size)
    with SealedWriter(tmp_path / "x", Sealed(b"k" * 32, cipher, "id", "x")) as writer:
        for at in range(0, size, 300):
            writer.write(content[at : at + 300])
    assert b"".join(opened(tmp_path / "x", Sealed(b"k" * 32, cipher, "id", "x"))) == content


def test_pieces_cannot_be_exchanged_left_out_or_moved(tmp_path, monkeypatch):
    monkeypatch.setattr(sealed, "PIECE", 100)
    with SealedWriter(tmp_path / "x", Sealed(b"k" * 32, "SM4-GCM", "id", "x")) as writer:
        writer.write(bytes(450))
    raw, one = (tmp_path / "x").read_bytes(), 4 + 100 + 16
    pieces = [raw[at : at + one] for at in range(0, len(raw), one)]
    for wrong in (
        pieces[:-1],
        pieces[1:],
        [pieces[1], pieces[0], *pieces[2:]],
        [*pieces[:2], *pieces[3:]],
        [*pieces, pieces[-1]],
    ):
        (tmp_path / "x").write_bytes(b"".join(wrong))
        with pytest.raises(Unsound):
            list(opened(tmp_path / "x", Sealed(b"k" * 32, "SM4-GCM", "id", "x")))
    (tmp_path / "x").write_bytes(raw)
    for other in (Sealed(b"k" * 32, "SM4-GCM", "id", "y"), Sealed(b"k" * 32, "SM4-GCM", "other", "x")):
        with pytest.raises(Unsound):
            list(opened(tmp_path / "x", other))
