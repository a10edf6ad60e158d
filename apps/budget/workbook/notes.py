"""What a reader says about a file beside its rows: nothing is skipped or converted without a word."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.budget.workbook import cells, lines
from apps.budget.workbook.heads import HEADS, UNITS
from apps.budget.workbook.totals import Mismatch, figure_of
from imbudget.kit.money import format_yuan

SKIPPED, CONVERTED, MISSING = "skipped", "converted", "missing"
MOST = 500  # lines that are noted one by one


@dataclass(frozen=True, slots=True)
class Note:
    """Something skipped, converted or missing: the row as a spreadsheet shows it (0 for the whole sheet), and why."""

    row: int
    column: str
    kind: str
    text: str


def conversion(reason: str, column: str, count: int, row: int) -> Note:
    """Cells of one column that were read otherwise than they are written."""
    sentences = {
        cells.NUMBER: _("%(column)s: %(count)s codes typed as numbers were read as codes, the first in row %(row)s."),
        cells.WIDTH: _(
            "%(column)s: %(count)s codes were read without blanks, apostrophes and full-width signs, the first in row %(row)s."
        ),
        cells.NAME: _("%(column)s: %(count)s codes were taken out of a text with a name, the first in row %(row)s."),
        cells.SEPARATORS: _(
            "%(column)s: %(count)s amounts were read without separators, currency signs and full-width signs, the first in row %(row)s."
        ),
        cells.WORD: _(
            "%(column)s: %(count)s amounts say their own unit, and it was followed, the first in row %(row)s."
        ),
        cells.DASH: _("%(column)s: %(count)s dashes were read as no amount, the first in row %(row)s."),
        cells.BREAK: _("%(column)s: %(count)s texts on several lines were joined, the first in row %(row)s."),
        cells.FILLED: _(
            "%(column)s: %(count)s lines got the value of the merged cell that reaches over them, the first in row %(row)s."
        ),
    }
    values = {"column": HEADS[column], "count": count, "row": row}
    return Note(row, column, CONVERTED, sentences[reason] % values)


def factor(column: str, unit: str, row: int) -> Note:
    """A whole column of amounts that stand in another unit than yuan."""
    text = _("%(column)s: the amounts stand in %(unit)s; each was multiplied by %(factor)s.")
    values = {"column": HEADS[column], "unit": unit, "factor": UNITS[unit]}
    return Note(row, column, CONVERTED, text % values)


def no_unit(columns: Iterable[str], row: int) -> Note:
    """Amounts of which nothing says the unit."""
    text = _("Neither the head nor a title says the unit of these amounts: %(columns)s. They were read as yuan.")
    return Note(row, "", MISSING, text % {"columns": "、".join(columns)})


def renamed(row: int, labels: dict[str, str]) -> Note:
    """Columns that are called otherwise than in the template."""
    pairs = "；".join(
        _("%(found)s as %(column)s") % {"found": label, "column": HEADS[name]} for name, label in labels.items()
    )
    return Note(row, "", CONVERTED, _("These columns were read by their meaning: %(pairs)s.") % {"pairs": pairs})


def unread_columns(row: int, labels: Iterable[str]) -> Note:
    """Columns that the import has no use for, or does not know."""
    return Note(row, "", SKIPPED, _("These columns were not read: %(columns)s.") % {"columns": "、".join(labels)})


def unread_sheets(names: Iterable[str]) -> Note:
    """Sheets beside the one that was read."""
    return Note(0, "", SKIPPED, _("These sheets were not read: %(sheets)s.") % {"sheets": "、".join(names)})


def other_tables(names: Iterable[str]) -> Note:
    """Sheets that hold a table of the same kind and were not read."""
    text = _("These sheets hold a budget table too, and were not read: %(sheets)s. Send each as a file of its own.")
    return Note(0, "", MISSING, text % {"sheets": "、".join(names)})


def macros() -> Note:
    """A workbook with macros."""
    return Note(0, "", SKIPPED, _("The macros of this workbook were ignored; nothing of them was run."))


def hidden(rows: list[int]) -> Note:
    """Hidden rows, all in one."""
    text = _("%(count)s hidden rows were not read: %(rows)s. Show them if they belong to the budget.")
    return Note(rows[0], "", SKIPPED, text % {"count": len(rows), "rows": ranges(rows)})


def merged_amount(column: str, row: int, last: int) -> Note:
    """An amount that stands in a cell over several lines."""
    text = _("%(column)s: one amount stands over the rows %(row)s to %(last)s; it was read for the first of them only.")
    return Note(row, column, SKIPPED, text % {"column": HEADS[column], "row": row, "last": last})


def skipped(kind: str, row: int, word: str, amount: str) -> Note:
    """A row that is no line of the budget."""
    sentences = {
        lines.TOTAL_LINE: _("Row %(row)s was skipped: it is a total (%(word)s) of %(amount)s yuan."),
        lines.GROUP_LINE: _(
            "Row %(row)s was skipped: it is the sum (%(word)s) of the items below it, %(amount)s yuan."
        ),
        lines.PART_LINE: _("Row %(row)s was skipped: it is a part of another line (%(word)s), %(amount)s yuan."),
        lines.FOOT_LINE: _("Row %(row)s was skipped: it is a remark (%(word)s)."),
        lines.HEAD_LINE: _("Row %(row)s was skipped: it repeats the head."),
        lines.ORDER_LINE: _("Row %(row)s was skipped: it numbers the columns."),
        lines.TEXT_LINE: _("Row %(row)s was skipped: it has a single text and no code or amount (%(word)s)."),
    }
    figure = figure_of(amount)
    shown = format_yuan(figure) if figure is not None else amount or "-"
    values = {"row": row, "word": Truncator(" ".join(word.split())).chars(60), "amount": shown}
    return Note(row, "", SKIPPED, sentences[kind] % values)


def mismatch(found: Mismatch) -> Note:
    """A total that does not tie."""
    text = _(
        "Row %(row)s: the total (%(word)s) says %(figure)s yuan, but the lines it belongs to add up to %(sum)s yuan."
    )
    values = {"row": found.row, "word": found.word, "figure": money(found.figure), "sum": money(found.sum)}
    return Note(found.row, "amount", SKIPPED, text % values)


def more(count: int, row: int) -> Note:
    """Rows beyond those that are noted one by one."""
    text = _("%(count)s more rows that are no lines were skipped, the first of them row %(row)s.")
    return Note(row, "", SKIPPED, text % {"count": count, "row": row})


def money(amount: Decimal) -> str:
    """With all its decimals when there are more than two, so that two figures that differ look different."""
    return format_yuan(amount) if amount == round(amount, 2) else f"{amount:,f}"


def ranges(rows: list[int]) -> str:
    """5-7, 12."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    shown = ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in parts[:30])
    return shown + (", …" if len(parts) > 30 else "")
