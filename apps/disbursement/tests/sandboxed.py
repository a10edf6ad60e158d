"""A sandbox as a process of its own, for tests."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.disbursement.transport import HttpsLine, Received
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
