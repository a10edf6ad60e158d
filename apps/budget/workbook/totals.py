"""Do the total lines of a table tie to its lines? Sums run along while the rows are read."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

BATCH = 5_000


@dataclass(slots=True)
class _Kind:
    """One sort of totals (小计, 合计): where the last one stood, and whether they stand above their lines."""

    sum: Decimal
    count: int
    above: bool
    row: int = 0
    figure: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A total that is not what its lines add up to."""

    row: int
    word: str
    figure: Decimal
    sum: Decimal


class Totals:
    """Adds up the amounts of the lines; texts are added in batches, which is much faster than one by one."""

    def __init__(self) -> None:
        self.pending: list[str] = []
        self.sum, self.count = Decimal(0), 0
        self.kinds: dict[str, _Kind] = {}

    def settle(self) -> None:
        """Add up what is pending; what is no figure counts nothing (it is an error of its own)."""
        try:
            self.sum += sum(map(Decimal, filter(None, self.pending)))
        except InvalidOperation:
            self.sum += sum(filter(None, map(figure_of, self.pending)), Decimal(0))
        self.count += len(self.pending)
        self.pending.clear()

    def take_back(self, text: str) -> None:
        """A row that turned out to be no line."""
        self.settle()
        self.sum, self.count = self.sum - (figure_of(text) or 0), self.count - 1

    def meet(self, row: int, word: str, text: str) -> Mismatch | None:
        """A total line: compares it with the lines since the last of its kind, which stand above or below it."""
        self.settle()
        kind = self.kinds.setdefault(word, _Kind(Decimal(0), 0, above=not self.count))
        found = self._compare(word, kind) if kind.above else None
        if not kind.above:
            kind.row, kind.figure = row, figure_of(text)
            found = self._compare(word, kind)
        kind.sum, kind.count, kind.row, kind.figure = self.sum, self.count, row, figure_of(text)
        return found

    def finish(self) -> list[Mismatch]:
        """At the end of the table: the totals that stand above their lines."""
        self.settle()
        found = [self._compare(word, kind) for word, kind in self.kinds.items() if kind.above]
        return [mismatch for mismatch in found if mismatch]

    def _compare(self, word: str, kind: _Kind) -> Mismatch | None:
        if kind.figure is None or self.sum - kind.sum == kind.figure:
            return None
        if kind.above and kind.count == self.count and kind.figure == self.sum:
            return None  # the total of the whole table, once more below it
        return Mismatch(kind.row, word, kind.figure, self.sum - kind.sum)


def figure_of(text: str) -> Decimal | None:
    """Plain figures as a number; None for anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
