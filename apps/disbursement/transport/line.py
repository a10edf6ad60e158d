"""What every line can do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class LineDown(Exception):
    """The other end does not answer, or only with an error of its own: try again later, nothing is known of the message."""


class NotTaken(Exception):
    """The other end has read the message and does not take it; sending it again would not help. Carries its words."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came in, by the name under which it is acknowledged."""

    name: str
    raw: bytes


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
