"""The treasuries of the demonstration while its past is played: the desks of the sandbox, in this very process.

What they book goes into the journals that the sandbox reads when it starts: it knows then what it has paid.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils import timezone

from apps.disbursement.models import TreasuryLink
from apps.disbursement.sandbox.desk import Desk, desk_of
from apps.disbursement.sandbox.orders import Refused
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.transport import NotTaken, Received


class Counter:
    """The line to one treasury: as quick as a call."""

    def __init__(self, link: TreasuryLink, desk: Desk) -> None:
        self.link, self.desk = link, desk

    def send(self, name: str, raw: bytes) -> None:
        """As `Line.send`."""
        try:
            self.desk.take(raw)
        except Refused as refused:
            raise NotTaken(str(refused)) from refused

    def waiting(self) -> Iterator[Received]:
        """As `Line.waiting`."""
        while (message := self.desk.outbox.next()) is not None:
            yield Received(str(message.number), message.raw)

    def acknowledge(self, name: str) -> None:
        """As `Line.acknowledge`."""
        self.desk.outbox.forget(int(name))

    def close(self) -> None:
        """As `Line.close`."""

    def end_day(self, day: date, differing: float = 0.0) -> None:
        """The statements of the day; a share of its bookings differs."""
        self.desk.temper.differing = differing
        self.desk.end_day(day)
        self.desk.temper.differing = 0.0


def counter_of(link: TreasuryLink, key: str, journals: Path) -> Counter:
    """The desk behind a connection, with the stamp of this key."""
    desk = desk_of(link.place, key, journals)
    desk.temper = Temper(seed=link.pk, failing=0.03)
    desk.now = timezone.localtime
    return Counter(link, desk)
