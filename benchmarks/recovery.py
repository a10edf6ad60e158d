"""How much is lost when the machine with the database dies, and how long it takes to be back: archive alone, and with the log
received as a stream.

    python -m benchmarks.recovery [--seconds 20] [--archive-timeout 10] [--rows 200000]

A server of the embedded binaries archives its log and is copied once by `pg_basebackup`; `pg_receivewal` takes its log as a
stream. A writer commits every few milliseconds. Then the server is killed by SIGKILL and its files are deleted. Both restores
begin from the base copy and replay what is left. `lost_seconds` is the age of the newest commit that is missing no more, seen
from the last one that was acknowledged (the loss window, RPO); `seconds` the time from the first copy to an answer (RTO).
"""

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import harness
from tools import children
from tools.postgres_keeper import binaries

PAUSE = 0.003  # between two commits
RECEIVED = "cp {archive}/%f %p || cp {stream}/%f %p || cp {stream}/%f.partial %p"
ARCHIVED = "cp {archive}/%f %p"


class Machine:
    """A server on a folder of its own, with its archive and the place where the stream goes."""

    def __init__(self, home: Path) -> None:
        self.home, self.bin = home, binaries()
        self.archive, self.stream, self.base = home / "archive", home / "stream", home / "base"
        for folder in (home, self.archive, self.stream):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._give(folder)

    def run(self, program: str, *words: str) -> None:
        """One of PostgreSQL's programs, to its end."""
        subprocess.run([str(self.bin / program), *words], check=True, capture_output=True, **self.account())

    def begin(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        """One that goes on."""
        log = (self.home / f"{program}.log").open("ab")
        arm: Any = children.dies_with_parent(signal.SIGKILL)
        return subprocess.Popen(
            [str(self.bin / program), *words], stdout=log, stderr=log, preexec_fn=arm, **self.account()
        )

    def account(self) -> dict[str, Any]:
        return {"cwd": "/", "env": {"LC_ALL": "C", "PATH": os.defpath}, **children.demotion()}

    def serve(self, data: Path, **settings: str) -> subprocess.Popen[bytes]:
        """The server on these files; its socket lies in them."""
        given = {"listen_addresses": "", "unix_socket_directories": str(data), "shared_buffers": "128MB"} | settings
        return self.begin("postgres", "-D", str(data), *(f"--{name}={value}" for name, value in given.items()))

    def _give(self, folder: Path) -> None:
        if account := children.unprivileged():
            os.chown(folder, account.pw_uid, account.pw_gid)


def main() -> None:
    """Lose a machine, bring it back in both ways, print what was lost."""
    parser = argparse.ArgumentParser()
    for name, value in (("seconds", 20), ("archive-timeout", 10), ("rows", 200_000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="imb-pitr-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        machine = Machine(Path(folder) / "m")
        machine.home.chmod(0o711)
        last, rows = lose(machine, asked)
        for claim, command in (("recovery.archive", ARCHIVED), ("recovery.stream", RECEIVED)):
            report(claim, machine, command, last, rows, asked)


def lose(machine: Machine, asked: argparse.Namespace) -> tuple[float, int]:
    """Write until the end; the time and the number of the last commit that was acknowledged."""
    data = machine.home / "data"
    machine.run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8")
    server = machine.serve(
        data, wal_level="replica", archive_mode="on", archive_timeout=str(asked.archive_timeout),
        archive_command=f"cp %p {machine.archive}/part && mv {machine.archive}/part {machine.archive}/%f",
    )  # fmt: skip
    link = connected(data)
    link.execute("CREATE TABLE acts (id bigint PRIMARY KEY, at float NOT NULL, facts text)")
    link.execute("INSERT INTO acts SELECT -i, 0, repeat('x', 200) FROM generate_series(1, %s) i", [asked.rows])
    receiver = machine.begin("pg_receivewal", "-D", str(machine.stream), "-h", str(data), "-U", "postgres")
    machine.run("pg_basebackup", "-D", str(machine.base), "-h", str(data), "-U", "postgres", "-X", "none", "-c", "fast")
    number, last, until = 0, 0.0, time.time() + asked.seconds
    while (now := time.time()) < until:
        link.execute("INSERT INTO acts VALUES (%s, %s, repeat('y', 500))", [number + 1, now])
        number, last = number + 1, time.time()
        time.sleep(PAUSE)
    os.kill(server.pid, signal.SIGKILL)
    for process in (server, receiver):
        process.kill()
        process.wait()
    time.sleep(1)  # the server's own children notice
    shutil.rmtree(data, ignore_errors=True)
    return last, number


def report(claim: str, machine: Machine, command: str, last: float, rows: int, asked: argparse.Namespace) -> None:
    """One restore."""
    data, began = machine.home / claim, time.perf_counter()
    shutil.copytree(machine.base, data)
    (data / "recovery.signal").touch()
    for path in (data, *data.rglob("*")):
        machine._give(path)
    places = {"archive": machine.archive, "stream": machine.stream}
    server = machine.serve(data, restore_command=command.format(**places), archive_mode="off")
    link = connected(data, writable=True)
    seconds = time.perf_counter() - began
    (found, newest) = link.execute("SELECT count(*), max(at) FROM acts WHERE id > 0").fetchone() or (0, 0.0)
    link.close()
    server.send_signal(signal.SIGINT)
    server.wait()
    harness.report(
        claim, seconds, seconds, lost_seconds=round(last - (newest or 0.0), 3), lost_commits=rows - found,
        commits=rows, archive_timeout=asked.archive_timeout,
    )  # fmt: skip


def connected(data: Path, writable: bool = False) -> psycopg.Connection[Any]:
    """A connection as soon as the server answers (and has come to the end of its log)."""
    until = time.monotonic() + 300
    while True:
        try:
            link = psycopg.connect(host=str(data), user="postgres", dbname="postgres", autocommit=True)
            (recovering,) = link.execute("SELECT pg_is_in_recovery()").fetchone() or (True,)
            if not (writable and recovering):
                return link
            link.close()
        except psycopg.OperationalError:
            pass
        if time.monotonic() > until:
            raise TimeoutError(f"the server on {data} does not answer")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
