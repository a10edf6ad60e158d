"""A watched folder, as an SFTP drop fills and empties it: `out/` for us to write, `in/` to read, `done/` for what we have kept."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from apps.disbursement.transport.line import LONG, LineDown, Received

PART = ".part"  # who writes a file renames it when it is whole; whoever reads passes parts over


class FolderLine:
    """A folder with the three in it."""

    def __init__(self, place: Path) -> None:
        self._out, self._in, self._done = (place / name for name in ("out", "in", "done"))

    def send(self, name: str, raw: bytes) -> None:
        """As `Line.send`: whole or not at all, also where the disk is full or the machine loses power."""
        target = self._out / f"{name}.xml"
        part = target.with_suffix(PART)
        try:
            with part.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync(self._out)
        except OSError as error:
            with suppress(OSError):  # whoever reads passes it over, and the next try writes it anew
                part.unlink(missing_ok=True)
            raise LineDown(error.strerror or type(error).__name__) from error

    def waiting(self) -> Iterator[Received]:
        """As `Line.waiting`, the oldest first."""
        try:
            found = sorted(self._in.glob("*.xml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
            for path in found:
                yield from _received(path)
        except OSError as error:
            raise LineDown(error.strerror or type(error).__name__) from error

    def acknowledge(self, name: str) -> None:
        """As `Line.acknowledge`: the file moves to `done/`; a name that leads elsewhere is refused."""
        if Path(name).name != name:
            raise LineDown("name")
        try:
            (self._in / name).replace(self._done / name)
        except FileNotFoundError:
            return  # acknowledged before
        except OSError as error:
            raise LineDown(error.strerror or type(error).__name__) from error

    def close(self) -> None:
        """As `Line.close`: a folder holds nothing."""


def _received(path: Path) -> Iterator[Received]:
    if path.stat().st_size <= LONG:
        yield Received(path.name, path.read_bytes())
        return
    with path.open("rb") as file:
        yield Received(path.name, b"", file)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
