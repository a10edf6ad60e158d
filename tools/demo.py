"""`make demo`: everything from an empty checkout to a page in the browser, and one Ctrl-C to end it.

The web server, the background worker and the database are children that the kernel ends with this process, so
nothing is left behind however it ends.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import assets, children, demo_env, messages
from tools.places import ROOT, ToolError, say, var_dir
from tools.postgres import Embedded

PORTS_TRIED = 50
TREASURY_PORT = 8090
TREASURIES = ("150000", "150100", "150102", "150200", "150700")  # places of the demonstration's connections
STOP_SECONDS = {"web server": 15, "worker": 20}
STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says what is being done and how long it took."""
    began = time.monotonic()
    yield
    say(f"  {name:<28} {time.monotonic() - began:6.1f} s")


def free_port(wanted: int) -> int:
    """The port, or the next one that nobody listens on; raises ToolError when there is none near it."""
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ToolError(f"No free port from {wanted} to {wanted + PORTS_TRIED - 1}; set PORT.")


def manage(*arguments: str) -> str:
    """Runs a management command and returns what it printed; raises ToolError with its last lines."""
    return python("manage.py", *arguments)


def python(*arguments: str) -> str:
    """Runs Python in the environment of the demonstration; as `manage`."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        preexec_fn=children.dies_with_parent(),
    )
    if result.returncode:
        tail = "\n".join((result.stderr or result.stdout).strip().splitlines()[-15:])
        raise ToolError(f"{' '.join(arguments)} failed:\n{tail}")
    return result.stdout


class Children:
    """The demo's processes, stopped in the order in which they were added."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def add(self, name: str, command: list[str], log: Path) -> None:
        """Starts one; what it says goes to its log."""
        with log.open("ab") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C reaches us only, so that they stop in order
                preexec_fn=children.dies_with_parent(signal.SIGTERM),
            )

    def ended(self) -> str | None:
        """The name of one that has ended by itself."""
        return next((name for name, child in self.running.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """Asks each to finish, then insists."""
        for name, child in self.running.items():
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(STOP_SECONDS.get(name, 10))
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()


def open_treasury() -> int:
    """A key for the treasury of the demonstration, and where its desks will be; its port. Before any process reads it."""
    folder, port = demo_env.treasury_dir(), free_port(TREASURY_PORT)
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "key"
    if not key.exists():
        key.touch(0o600)
        key.write_text(secrets.token_hex(32))
    places = {name: {"address": f"http://127.0.0.1:{port}/{name}"} for name in TREASURIES}
    (folder / "places.json").write_text(json.dumps(places))
    return port


def start_treasury(family: Children, port: int, logs: Path) -> None:
    """The treasury beside the product: it takes vouchers, pays, answers, and makes statements when a day is over."""
    folder = demo_env.treasury_dir()
    command = ["apps.disbursement.sandbox", "--port", str(port), "--key-file", str(folder / "key")]
    command += ["--journals", str(folder), "--trust", str(folder / "trust.json"), "--treasuries", *TREASURIES]
    family.add("treasury", command, logs / "treasury.log")


def start_children(family: Children, port: int, logs: Path) -> None:
    """The web server and the worker with its clock."""
    schedule = var_dir() / "celerybeat-schedule"
    web = ["gunicorn", "imbudget.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5"]
    web += ["--log-level", "warning", "--no-control-socket"]
    family.add("web server", web, logs / "web.log")
    worker = ["celery", "-A", "imbudget", "worker", "-B", "-P", "threads", "-c", "4", "-l", "warning"]
    worker += ["-s", str(schedule), "--without-gossip", "--without-mingle"]
    family.add("worker", worker, logs / "worker.log")


def wait_until_listening(family: Children, port: int, seconds: float = 60) -> None:
    """Returns when the web server has answered once; raises ToolError when a child ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        gone = family.ended()
        if gone:
            raise ToolError(f"The {gone} ended at once; its log is in {var_dir() / 'log'}.")
        web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            web.request("GET", "/")
            web.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            web.close()
    raise ToolError(f"The web server does not answer; its log is in {var_dir() / 'log'}.")


def prepare() -> str:
    """Fills the database; returns the sign-in names to show."""
    with step("tables"):
        python("-m", "tools.tables")
        manage("make_data_key", "--first")
    with step("sample data"):
        manage("load_demo", "--scale", os.environ.get("DEMO_SCALE", "small"))
        manage("load_payments", str(demo_env.treasury_dir()))
        manage("refresh_figures", "--past")
        return manage("load_demo", "--accounts").rstrip()


def serve(family: Children, treasury: int) -> int:
    """Starts web server, worker and treasury; returns the port once it answers."""
    wanted = int(os.environ.get("PORT", "8000"))
    port = free_port(wanted)
    if port != wanted:
        say(f"  Port {wanted} is in use, so the demo takes {port}.")
    with step("web server and worker"):
        logs = var_dir() / "log"
        logs.mkdir(parents=True, exist_ok=True)
        start_treasury(family, treasury, logs)
        start_children(family, port, logs)
        wait_until_listening(family, port)
    return port


def run() -> None:
    """Prepares, serves and waits; ends by KeyboardInterrupt or ToolError."""
    say("imbudget demo")
    with step("fonts"):
        assets.build()
    with step("messages"):
        messages.compile_all(ROOT)
    demo_env.load()
    treasury = open_treasury()
    server = None if os.environ.get("DATABASE_URL") else Embedded(var_dir() / "postgres")
    family = Children()
    try:
        if server:
            with step("database server"):
                os.environ["DATABASE_URL"] = server.start().url
        accounts = prepare()
        port = serve(family, treasury)
        say(f"\nOpen  http://127.0.0.1:{port}/   (Ctrl-C ends it)\n\n{accounts}\n")
        watch(family)
    finally:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        family.stop()
        if server:
            server.stop()


def watch(family: Children) -> None:
    """Waits; raises ToolError when a child ends by itself."""
    while True:
        gone = family.ended()
        if gone:
            raise ToolError(f"The {gone} has ended by itself; its log is in {var_dir() / 'log'}.")
        time.sleep(0.5)


def main(body: Callable[[], None] = run) -> int:
    """The exit code: 0 after Ctrl-C, 1 after a failure."""
    for number in STOPS:
        signal.signal(number, _interrupt)
    try:
        body()
    except KeyboardInterrupt:
        say("\nThe demo has stopped.")
    except ToolError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
