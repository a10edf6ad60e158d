"""What every line can do."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Protocol

LONG = 4 * 1024 * 1024  # bytes of a message that are held in memory


class LineDown(Exception):
    """The other end does not answer, or only with an error of its own: try again later, nothing is known of the message."""


class NotTaken(Exception):
    """The other end has read the message and does not take it; sending it again would not help. Carries its words."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came in, by the name under which it is acknowledged; a long one lies in `file`, and `raw` is empty."""

    name: str
    raw: bytes
    file: BinaryIO | None = None

    def opened(self) -> BinaryIO:
        """The message from its beginning."""
        if self.file is None:
            return BytesIO(self.raw)
        self.file.seek(0)
        return self.file


class Line(Protocol):
    """One connection with a treasury or a bank."""

    def send(self, name: str, raw: bytes) -> None:
        """Hand a message over; `name` is ours and may not stand twice. Raises LineDown, NotTaken.

        Returns only when the other end has it; after LineDown it may have it all the same.
        """

    def waiting(self) -> Iterator[Received]:
        """What has come in and is not acknowledged yet; raises LineDown."""

    def acknowledge(self, name: str) -> None:
        """We have kept it: it need not come again. Raises LineDown."""

    def close(self) -> None:
        """Let go of what the line holds; it is not used afterwards."""
