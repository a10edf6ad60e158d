"""PostgreSQL from the binaries of a Python package, for demo and tests, without any set-up by the user.

Every command that needs the server holds a shared lock while it runs. A keeper process
(tools/postgres_keeper.py) owns the server and waits for the exclusive lock: it gets it when the last user
has ended, however it ended, and then stops the server. So commands share one server, and nothing survives a
`kill -9`.

Run `python -m tools.postgres` to hold the demo server and see its URL.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psycopg

from tools import children, demo_env
from tools.places import ROOT, ToolError, private_dir, say, short_hash, var_dir

DATABASE = "imbudget"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
SOCKET_LIMIT = 90  # the kernel allows 107 bytes, and PostgreSQL adds "/.s.PGSQL.5432"


def usable_home(wanted: Path) -> Path:
    """Makes the cluster's directory and returns it: `wanted`, or one in /var/tmp named after it.

    As root the server runs as `nobody`, which cannot reach a checkout below a directory of mode 0700.
    """
    wanted = wanted.resolve()
    if not wanted.exists():
        wanted.mkdir(parents=True)
        wanted.chmod(0o711)
    if children.reachable(wanted / "data"):
        return wanted
    elsewhere = Path("/var/tmp") / f"imbudget-{short_hash(wanted)}"  # noqa: S108 - private_dir checks its owner
    return private_dir(elsewhere, mode=0o711)


def socket_dir(home: Path) -> Path:
    """The directory of the server's socket, short enough for the kernel."""
    if len(os.fsencode(home / "data")) <= SOCKET_LIMIT:
        return home / "data"
    return Path("/tmp") / f"imb-{short_hash(home)}"  # noqa: S108 - the server refuses one it does not own


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock file."""
    with path.open("ab") as lock:
        return not _takes(lock, fcntl.LOCK_EX)


class Embedded:
    """A cluster in a directory, started by the first user and stopped after the last one.

    With `durable=False` it is for tests: quick, unsafe against power loss, and deleted when it stops.
    """

    def __init__(self, data: Path, durable: bool = True) -> None:
        self.home = usable_home(data)
        self.durable = durable
        self._users: IO[bytes] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The database in the form that dj-database-url reads, with the socket's directory as the host."""
        return f"postgresql://postgres@{quote(str(socket_dir(self.home)), safe='')}/{DATABASE}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    def start(self) -> Self:
        """Join the running server, or start it; returns when it answers.

        Raises ToolError with the end of the log when it does not answer.
        """
        try:
            self.home.mkdir(mode=0o711, exist_ok=True)
            self._users = (self.home / "users.lock").open("ab")
        except PermissionError:
            raise ToolError(f"{self.home} belongs to another account; remove it and try again.") from None
        fcntl.flock(self._users, fcntl.LOCK_SH)  # waits while a keeper is busy stopping
        deadline = time.monotonic() + START_SECONDS
        attempts = 0
        # In this order: a server whose keeper has just been killed still answers, but is about to end.
        while not (self.answers() and is_locked(self.home / "keeper.lock")):
            if self._needs_keeper():
                attempts += 1
                if attempts > 3:
                    raise self._failure()
                self._keeper = self._spawn()
            if time.monotonic() > deadline:
                raise self._failure()
            time.sleep(0.03)
        return self

    def stop(self) -> None:
        """Let go of the server, which stops when nobody else uses it; waits if this object started it."""
        if self._users is None:
            return
        self._users.close()
        self._users = None
        if self._keeper is not None:
            self._wait_for_keeper(self._keeper)
            self._keeper = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def answers(self) -> bool:
        """Whether the product's database takes a connection now."""
        try:
            with psycopg.connect(host=str(socket_dir(self.home)), user="postgres", dbname=DATABASE):
                return True
        except psycopg.OperationalError:
            return False

    def _needs_keeper(self) -> bool:
        alive = self._keeper is not None and self._keeper.poll() is None
        return not alive and not is_locked(self.home / "keeper.lock")

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tools.postgres_keeper", str(self.home)]
        command += [] if self.durable else ["--throwaway"]
        # Own session: Ctrl-C at the terminal is for us; the keeper goes when we and all others have gone.
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _wait_for_keeper(self, keeper: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while keeper.poll() is None and time.monotonic() < deadline:
            if _shared_by_others(self.home / "users.lock"):
                return  # they go on using the server
            time.sleep(0.02)

    def _failure(self) -> ToolError:
        tail = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
        lines = "\n".join(tail)
        return ToolError(f"The embedded PostgreSQL does not start; see {self.log}:\n{lines}")


def _shared_by_others(path: Path) -> bool:
    """Whether users are left: the lock is held, and not exclusively."""
    try:
        lock = path.open("rb")  # never created: a throwaway directory may be on its way out
    except FileNotFoundError:
        return False
    with lock:
        return not _takes(lock, fcntl.LOCK_EX) and _takes(lock, fcntl.LOCK_SH)


def _takes(lock: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def ensure() -> Embedded | None:
    """Give this process the demo's database and secrets through the environment, unless it brought its own.

    The server stays as long as the process: the caller keeps the returned object and need not stop it.
    """
    if os.environ.get("DATABASE_URL"):
        return None
    demo_env.load()
    server = Embedded(var_dir() / "postgres").start()
    os.environ["DATABASE_URL"] = server.url
    return server


def main() -> None:
    """Hold the demo server until Ctrl-C."""
    with Embedded(var_dir() / "postgres") as server:
        say(server.url)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    main()
