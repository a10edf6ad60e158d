"""A sandbox as a process of its own, for tests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.disbursement.sandbox.accounts import BankAccount, Ledger
from apps.disbursement.sandbox.desk import Desk
from apps.disbursement.sandbox.orders import Refused
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.transport import HttpsLine, LineDown, NotTaken, Received
from tools.places import ROOT

STARTED = ("-m", "apps.disbursement.sandbox")


class Sandbox:
    """A sandbox with these options, and a line to it; ended with the block."""

    def __init__(self, *options: str, scheme: str = "http", start: tuple[str, ...] = STARTED, **line: Any) -> None:
        self.start = start
        self.options, self.scheme, self.line_options = options, scheme, line

    def __enter__(self) -> Self:
        command = [sys.executable, *self.start, "--port", "0", *map(str, self.options)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.told = json.loads(self.process.stdout.readline())
        self.line = HttpsLine(f"{self.scheme}://localhost:{self.told['listening']}", **self.line_options)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def kill(self) -> None:
        """As if the machine lost power."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def messages(self, wanted: int, seconds: float = 10.0) -> list[Received]:
        """So many messages, each acknowledged when it has come; fewer where no more came in time."""
        found: list[Received] = []
        end = time.monotonic() + seconds
        while len(found) < wanted and time.monotonic() < end:
            for message in self.line.waiting():
                found.append(message)
                self.line.acknowledge(message.name)
            time.sleep(0.02)
        return found

    def day_end(self, day: str) -> None:
        """The operator ends a day."""
        self.line._asked("POST", f"/day-end/{day}")


def accounts(folder: Path, payees: dict[str, Any], treasury: dict[str, str] | None = None) -> Path:
    """The register of the banks as a file."""
    path = folder / "accounts.json"
    path.write_text(json.dumps({"payees": payees, "treasury": treasury or {}}), encoding="utf-8")
    return path


class DeskLine:
    """A line to a sandbox in this very process, which may break: before a message is over, or after it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.breaks: list[str] = []  # what happens to the next calls: "", "before" or "after"

    def send(self, name: str, raw: bytes) -> None:
        """As `Line.send`."""
        how = self._next()
        try:
            self.desk.take(raw)
        except Refused as refused:
            raise NotTaken(str(refused)) from refused
        if how == "after":
            raise LineDown("after")

    def waiting(self) -> Iterator[Received]:
        """As `Line.waiting`."""
        while (message := self.desk.outbox.next()) is not None:
            yield Received(str(message.number), message.raw)

    def acknowledge(self, name: str) -> None:
        """As `Line.acknowledge`."""
        how = self._next()
        self.desk.outbox.forget(int(name))
        if how == "after":
            raise LineDown("after")

    def _next(self) -> str:
        how = self.breaks.pop(0) if self.breaks else ""
        if how == "before":
            raise LineDown("before")
        return how


def desk(temper: Temper | None = None, **payees: Any) -> Desk:
    """A desk that knows these payees, or pays everybody; its clock of messages stands at the test's wish."""
    ledger = Ledger(open_world=not payees)
    for number, name in payees.items():
        ledger.payees[number.lstrip("_")] = BankAccount(name)
    made = Desk(ledger, temper or Temper(), SandboxStamp("07" * 32).sign)
    made.outbox.clock = lambda: made.outbox.last * 1000.0  # a message is given once, unless another came after it
    return made
