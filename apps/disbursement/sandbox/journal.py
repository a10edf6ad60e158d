"""What has come in and gone out, a line of JSON each: after a kill the sandbox knows again what it had booked."""

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """Append-only; without a path nothing outlives the process."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, kind: str, **facts: Any) -> None:
        """One line; bytes become base64."""
        if self.path is None:
            return
        plain = {
            name: base64.b64encode(each).decode() if isinstance(each, bytes) else each for name, each in facts.items()
        }
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **plain}, ensure_ascii=False) + "\n")

    def read(self) -> Iterator[dict[str, Any]]:
        """All whole lines; the last one may have been cut off by the kill."""
        if self.path is None or not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield json.loads(line)
