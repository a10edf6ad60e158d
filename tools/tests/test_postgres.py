"""The embedded server: shared, recovering, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tools import postgres
from tools.places import ROOT
from tools.postgres import Embedded, is_locked, socket_dir

USER = """
import sys, time
from pathlib import Path
from tools.postgres import Embedded
server = Embedded(Path(sys.argv[1])).start()
print(server.url, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="imb-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    wait_for_end(path)
    shutil.rmtree(path, ignore_errors=True)


def wait_for_end(path: Path) -> None:
    deadline = time.monotonic() + 20
    while server_processes(path):
        assert time.monotonic() < deadline, "the server was left behind"
        time.sleep(0.05)


def wait_for_release(lock: Path) -> None:
    """A killed process lets go of its locks a moment after the kill."""
    deadline = time.monotonic() + 20
    while postgres.is_locked(lock):
        assert time.monotonic() < deadline, "the lock is still held"
        time.sleep(0.01)


def server_processes(path: Path) -> list[int]:
    """Processes whose command line names the directory."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        programs = (b"bin/postgres", b"tools.postgres_keeper")
        if os.fsencode(path) in command and any(program in command for program in programs):
            found.append(int(entry.name))
    return found


def user_process(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", USER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().startswith("postgresql://")
    return child


def connect(server: Embedded) -> psycopg.Connection:
    return psycopg.connect(host=str(socket_dir(server.home)), user="postgres", dbname="imbudget")


def test_rows_stay_over_a_restart(home):
    with Embedded(home) as server, connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert not server_processes(home)
    with Embedded(home) as server, connect(server) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_server_stays_while_a_second_user_needs_it(home):
    first = Embedded(home).start()
    with Embedded(home) as second:
        first.stop()
        assert second.answers()
    wait_for_end(home)
    assert not is_locked(home / "server.lock")


def test_nothing_is_left_when_the_user_is_killed(home):
    child = user_process(home)
    assert server_processes(home)
    child.kill()
    child.wait()
    wait_for_end(home)


def test_committed_rows_survive_when_everything_is_killed(home):
    child = user_process(home)
    server = Embedded(home)
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    for number in server_processes(home):
        os.kill(number, signal.SIGKILL)
    child.kill()
    child.wait()
    with server, connect(server) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_killed_keeper_is_replaced(home):
    child = user_process(home)
    keepers = [n for n in server_processes(home) if b"keeper" in Path(f"/proc/{n}/cmdline").read_bytes()]
    os.kill(keepers[0], signal.SIGKILL)
    wait_for_release(home / "keeper.lock")
    with Embedded(home) as server:
        deadline = time.monotonic() + 10
        while not server.answers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    child.kill()
    child.wait()


def test_throwaway_server_removes_its_files(home):
    with Embedded(home, durable=False):
        assert (home / "data").exists()
    wait_for_end(home)
    assert not home.exists()


def test_long_path_gets_a_short_socket_directory(home):
    assert len(str(socket_dir(home / ("x" * 100)))) < postgres.SOCKET_LIMIT


def test_ensure_leaves_a_given_database_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    assert postgres.ensure() is None
    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/db"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs under another account")
def test_closed_directory_is_replaced_by_one_that_the_server_can_reach(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = postgres.usable_home(closed / "var" / "postgres")
    try:
        assert home.parent == Path("/var/tmp")
        with Embedded(closed / "var" / "postgres") as server:
            assert server.home == home
    finally:
        wait_for_end(home)
        shutil.rmtree(home)
