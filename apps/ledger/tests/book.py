"""A model of the ledger in plain Python: what the services are compared with, and what may happen by the rules."""

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass
class Line:
    """An authority."""

    state: str
    year: int
    amount: Decimal
    increased: Decimal = ZERO
    decreased: Decimal = ZERO
    reserved: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.amount + self.increased - self.decreased - self.reserved - self.spent

    def sums(self) -> tuple[str, int, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal]:
        sums = (self.amount, self.increased, self.decreased, self.reserved, self.spent, self.available)
        return (self.state, self.year, *sums)


@dataclass
class Hold:
    """A reservation."""

    line: int
    open: Decimal
    spent: Decimal = ZERO


@dataclass
class Book:
    """All lines by their key, what is held, which keys were used for what, which years are closed."""

    lines: dict[int, Line] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    used: dict[str, tuple[str, int, Decimal, str]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def use(self, event: str, line: int, amount: Decimal, key: str, hold: str = "") -> str:
        """Reserve, release, spend or refund; returns `posted`, `repeated` or `refused`."""
        body = (event, line, amount, hold)
        if key in self.used:
            return "repeated" if self.used[key] == body else "refused"
        if self.lines[line].state != "executable" or self.lines[line].year in self.closed:
            return "refused"
        if not (self._reserve(line, amount, key) if event == "reserve" else self._go_on(*body)):
            return "refused"
        self.used[key] = body
        return "posted"

    def _reserve(self, line: int, amount: Decimal, key: str) -> bool:
        if amount > self.lines[line].available:
            return False
        self.lines[line].reserved += amount
        self.holds[key] = Hold(line, amount)
        return True

    def _go_on(self, event: str, line: int, amount: Decimal, key: str) -> bool:
        hold = self.holds.get(key)
        if hold is None or hold.line != line or amount > (hold.spent if event == "refund" else hold.open):
            return False
        row = self.lines[line]
        if event == "refund":
            hold.spent -= amount
            row.spent -= amount
            return True
        hold.open -= amount
        row.reserved -= amount
        if event == "spend":
            hold.spent += amount
            row.spent += amount
        return True

    def may_take(self, line: int, amount: Decimal, *states: str) -> bool:
        """Whether a document may take this much of a line in one of these states."""
        row = self.lines[line]
        return row.state in states and row.year not in self.closed and ZERO < amount <= row.available

    def move(self, amount: Decimal, origin: int | None, target: int | None) -> None:
        """What a document does that was posted; a new line comes by `make`."""
        if origin is not None:
            self.lines[origin].decreased += amount
        if target is not None:
            self.lines[target].increased += amount

    def may_close(self, year: int) -> bool:
        rows = [row for row in self.lines.values() if row.year == year]
        left = [row for row in rows if row.state != "sent" and row.available]
        return year not in self.closed and not left and not any(row.reserved for row in rows)
