"""Payees in a table file: its head found, every row read, every wrong cell told; and the empty table to fill in."""

from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from apps.disbursement.models import Business
from apps.disbursement.rowcolumns import HEADS, NEEDED, names_of, read_rows
from apps.disbursement.services.rows import MOST_ROWS, RowInput
from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import read_rows as rows_of_file

TOTALS = frozenset({"合计", "总计", "小计"})


@dataclass(slots=True)
class PayeeTable:
    """What a file holds. `bad`: row as the spreadsheet numbers it, head of the column, reason."""

    rows: list[RowInput] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_file(business: str, path: Path, name: str) -> PayeeTable:
    """Every payee of a file. Raises RuleViolation where it cannot be read at all."""
    wanted = {HEADS[column]: column for column in names_of(business)}
    numbers: list[int] = []
    given: list[dict[str, str]] = []
    found = PayeeTable()
    for number, cells in rows_of_file(path, name, heads=wanted):
        if not given:
            _refuse_missing(wanted, cells, name)
            found.unread = [head for head in cells if head and head not in wanted]
        if TOTALS & set(cells.values()):
            continue
        numbers.append(number)
        given.append({column: cells.get(head, "") for head, column in wanted.items()})
        if len(given) > MOST_ROWS:
            raise RuleViolation(_("One request has at most %(most)s payees. Split it.") % {"most": MOST_ROWS})
    read = read_rows(given)
    found.rows = read.rows
    found.bad = [(numbers[at - 1], HEADS[column], text) for (at, column), text in read.errors.items()]
    return found


def _refuse_missing(wanted: dict[str, str], cells: dict[str, str], name: str) -> None:
    missing = [head for head, column in wanted.items() if column in NEEDED and head not in cells]
    if missing:
        text = _("%(name)s has no head with the columns %(wanted)s.")
        raise RuleViolation(text % {"name": name, "wanted": "、".join(missing)})


def empty_table(business: str) -> bytes:
    """The workbook to fill in."""
    columns = [
        EmptyColumn(
            HEADS[column], 28, is_amount=column == "amount", is_required=column in NEEDED or _of_card(business, column)
        )
        for column in names_of(business)
    ]
    lines = [
        _("One row is one payee; the heads stay as they are."),
        _("The name is exactly as the bank has it, the middle dot of a name included."),
        _("Accounts and cards are text: a number of more than 15 digits would lose its end."),
        _("Amounts are in yuan with two decimals at most."),
    ]
    return empty_book("收款人明细", columns, lines)


def _of_card(business: str, column: str) -> bool:
    return business == Business.CARD and column in {"consumed_on", "slip"}
