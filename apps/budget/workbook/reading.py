"""One passage through the rows below a head. The usual row takes the short way, everything odd the long one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any

from apps.budget.workbook import lines, notes
from apps.budget.workbook.cells import FILLED, NUMBER, plain_amount, plain_code, plain_text, times
from apps.budget.workbook.heads import AMOUNTS, CODES
from apps.budget.workbook.merges import Merges
from apps.budget.workbook.notes import Note
from apps.budget.workbook.totals import BATCH, Totals, figure_of
from imbudget.kit.tablefile import Sheet, cell_text
from imbudget.kit.text import BLANKS
from imbudget.kit.zipparts import Unreadable

MAX_ROWS, MAX_CSV_ROWS = 200_000, 2_000_000
MOST_CODES = 100_000
KEYS = ("unit_code", "function", "department_economic")
Picker = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the cells of a table stand: columns in their order, places (0 is A), the head's row and words.

    `factors` say what one of a column's amounts is in yuan.
    """

    columns: tuple[str, ...]
    places: dict[str, int]
    head_row: int
    factors: dict[str, int]
    words: frozenset[str]
    is_book: bool

    def indexes(self, names: tuple[str, ...]) -> list[int]:
        """The places of these columns among the cells of a line."""
        return [self.columns.index(name) for name in names if name in self.places]


class Reading:
    """Reads the lines of one table, and notes what it skips or converts."""

    def __init__(self, sheet: Sheet, layout: Layout, found: list[Note]) -> None:
        self.sheet, self.layout, self.notes = sheet, layout, found
        self.codes, self.amounts = layout.indexes(CODES), layout.indexes(AMOUNTS)
        self.texts = [place for place in range(len(layout.columns)) if place not in {*self.codes, *self.amounts}]
        self.keys, self.lines = layout.indexes(KEYS), layout.indexes(("function", "department_economic"))
        self.pick_codes, self.pick_keys, self.pick_amounts = map(_picker, (self.codes, self.keys, self.amounts))
        self.unit = next(iter(layout.indexes(("unit_code",))), None)
        self.factors = [(layout.columns.index(name), factor) for name, factor in layout.factors.items() if factor != 1]
        self.total = next(iter(layout.indexes(AMOUNTS)), None)
        self.totals = Totals()
        self.known: set[str] = set()
        self.changes: dict[tuple[str, str], list[int]] = {}
        self.hidden: list[int] = []
        self.more: list[int] = []
        self.skipped = 0
        self.after_head = layout.head_row + 1
        self.merges = Merges(sheet.marks.merged, layout.places, layout.columns, layout.head_row)
        self.error_rows = {row for row, _place in sheet.marks.errors}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of the lines; at the end the notes are complete."""
        groups = lines.Groups(self.layout.columns)
        yield from self._without_groups(groups) if groups.are_seen else self._lines()
        self._finish()

    def _without_groups(self, groups: lines.Groups) -> Iterator[tuple[int, list[str]]]:
        waiting, code, economic = None, "", self.layout.columns.index("department_economic")
        for number, cells in self._lines():
            if waiting is not None:
                if groups.holds(waiting[1], code, cells):
                    self._skip_group(waiting[0], code, waiting[1])
                else:
                    yield waiting
                waiting = None
            if not cells[economic] and (code := groups.code(cells)):
                waiting = number, cells
            else:
                yield number, cells
        if waiting is not None:
            yield waiting

    def _skip_group(self, number: int, code: str, cells: list[str]) -> None:
        if self.total is not None and figure_of(cells[self.total]) is not None:
            self.totals.take_back(cells[self.total])
        self._skip(lines.GROUP_LINE, number, code, cells)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        odd = self.sheet.marks.hidden | self.error_rows | self.merges.rows | {self.after_head}
        take, total, pending = self._short_way(), self.total, self.totals.pending
        for number, raw, cells in self._picked():
            if number not in odd and take(number, cells):
                if total is not None:
                    pending.append(cells[total])
                    if len(pending) > BATCH:
                        self.totals.settle()
            elif not self._closely(number, raw, cells):
                odd.add(self.after_head)
                continue
            yield number, cells

    def _picked(self) -> Iterator[tuple[int, list[Any], list[str]]]:
        rows = self.sheet.rows()
        places = [self.layout.places[name] - self.sheet.shift for name in self.layout.columns]
        pick, width, is_book = _picker(places), max(places) + 1, self.layout.is_book
        typed_codes = _picker([places[place] for place in self.codes])
        last = self.layout.head_row + (MAX_ROWS if is_book else MAX_CSV_ROWS)
        for number, raw in enumerate(islice(rows, self.layout.head_row, None), self.layout.head_row + 1):
            if len(raw) < width:
                raw = raw + [""] * (width - len(raw))
            if number > last and any(raw):
                raise Unreadable("rows")
            if is_book:
                if float in map(type, typed_codes(raw)):
                    self._count_typed(number, typed_codes(raw))
                yield number, raw, [cell if type(cell) is str else cell_text(cell) for cell in pick(raw)]
            else:
                yield number, raw, list(pick(raw))

    def _count_typed(self, number: int, codes: tuple[Any, ...]) -> None:
        for place, code in zip(self.codes, codes, strict=True):
            if isinstance(code, float):
                self._change(number, self.layout.columns[place], NUMBER)

    def _short_way(self) -> Callable[[int, list[str]], bool]:
        """A function that makes the cells of a usual row plain, or says False: then the row needs the long way."""
        known, learn, pick_codes, pick_amounts = self.known, self._learn, self.pick_codes, self.pick_amounts
        texts, factors, join = self.texts, self.factors, "".join

        def take(number: int, cells: list[str]) -> bool:
            if not known.issuperset(pick_codes(cells)) and not learn(cells):
                return False
            amounts = join(pick_amounts(cells)).replace(".", "")
            if not (amounts.isdigit() and amounts.isascii()):
                return False
            for place in texts:
                if text := cells[place]:
                    cells[place] = text.strip(BLANKS)
                    if "\n" in text:
                        cells[place] = plain_text(
                            cells[place], partial(self._change, number, self.layout.columns[place])
                        )
            if factors:
                self._convert(cells)
            return True

        return take

    def _convert(self, cells: list[str]) -> None:
        for place, factor in self.factors:
            if figure_of(cells[place]) is not None:
                cells[place] = times(cells[place], factor)

    def _learn(self, cells: list[str]) -> bool:
        """Whether all codes are there and written plainly; then they are known from now on."""
        if not all(self.pick_keys(cells)) or (self.unit is not None and "-" in cells[self.unit]):
            return False
        codes = [code for code in self.pick_codes(cells) if code]
        for code in codes:
            digits = code.partition("-")[0]
            if not (digits.isascii() and digits.isdigit()) or "\n" in code:
                return False
        if len(self.known) > MOST_CODES:
            self.known.clear()
        self.known.update(codes)
        return True

    def _closely(self, number: int, raw: list[Any], cells: list[str]) -> bool:
        """Make the cells of an odd row plain. False when it is no line; then that is noted."""
        self._restore_errors(number, cells)
        cells[:] = [cell.strip(BLANKS) for cell in cells]
        changes = [(column, FILLED) for column in self.merges.fill(number, cells)]
        if number in self.sheet.marks.hidden:
            if any(cells):
                self.hidden.append(number)
            return False
        changes += self._clean(cells)
        if not self._is_line(number, raw, cells):
            return False
        for column, reason in changes:
            self._change(number, column, reason)
        self.notes += [notes.merged_amount(column, number, last) for column, last in self.merges.amounts(number)]
        if self.total is not None and figure_of(cells[self.total]) is not None:
            self.totals.pending.append(cells[self.total])
        return True

    def _restore_errors(self, number: int, cells: list[str]) -> None:
        """Error values, which the fast reader leaves out."""
        if number in self.error_rows:
            for place, column in enumerate(self.layout.columns):
                cells[place] = self.sheet.marks.errors.get((number, self.layout.places[column]), cells[place])

    def _clean(self, cells: list[str]) -> list[tuple[str, str]]:
        """Make codes, amounts and texts plain; returns (column, reason) of each change."""
        changes: list[tuple[str, str]] = []
        for place, column in enumerate(self.layout.columns):
            if not cells[place]:
                continue

            def tell(reason: str, column: str = column) -> None:
                changes.append((column, reason))

            if place in self.codes:
                cells[place] = plain_code(cells[place], tell, with_name=place != self.unit)
            elif place in self.amounts:
                cells[place] = plain_amount(cells[place], self.layout.factors.get(column, 1), tell)
            else:
                cells[place] = plain_text(cells[place], tell)
        return changes

    def _is_line(self, number: int, raw: list[Any], cells: list[str]) -> bool:
        filled = [text for text in (cell_text(cell).strip(BLANKS) for cell in raw) if text]
        if not any(cells) and all(text.isdigit() for text in filled):
            return False  # an empty row, perhaps with a running number
        if number == self.after_head and lines.is_order(filled):
            return self._skip(lines.ORDER_LINE, number, filled[0], cells)
        if any(cells[place][:1].isdigit() for place in self.lines):
            return True
        words = [text for text in filled if figure_of(text.replace(",", "")) is None]
        kind, word = lines.kind_of_line(words, self.layout.words) if words else ("", "")
        if not kind and len(filled) == len(words) == 1 and self._is_remark(cells):
            kind, word = lines.TEXT_LINE, words[0]
        return not kind or self._skip(kind, number, word, cells)

    def _is_remark(self, cells: list[str]) -> bool:
        filled = [place for place, text in enumerate(cells) if text]
        return not any(place in self.amounts or cells[place][:1] in "#=" for place in filled) and not any(
            cells[place][:1].isdigit() for place in filled
        )

    def _skip(self, kind: str, number: int, word: str, cells: list[str]) -> bool:
        """Note a row that is no line; always False."""
        amount = cells[self.total] if self.total is not None else ""
        if kind == lines.HEAD_LINE:
            self.after_head = number + 1
        self.skipped += 1
        if self.skipped > notes.MOST:
            self.more.append(number)
        else:
            self.notes.append(notes.skipped(kind, number, word, amount))
        if kind == lines.TOTAL_LINE and (found := self.totals.meet(number, word, amount)):
            self.notes.append(notes.mismatch(found))
        return False

    def _change(self, number: int, column: str, reason: str) -> None:
        self.changes.setdefault((column, reason), [number, 0])[1] += 1

    def _finish(self) -> None:
        self.notes += [
            notes.conversion(reason, column, count, first) for (column, reason), (first, count) in self.changes.items()
        ]
        if self.hidden:
            self.notes.append(notes.hidden(self.hidden))
        if self.more:
            self.notes.append(notes.more(len(self.more), self.more[0]))
        self.notes += [notes.mismatch(found) for found in self.totals.finish()]


def _picker(places: list[int]) -> Picker:
    """Like itemgetter, but always a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)
