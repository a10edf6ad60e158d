"""Control figures from a table file: everything or nothing, every bad row told with its number."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.importrows import KINDS
from apps.budget.services.control import FigureInput, set_control_figures
from apps.codes.models import Catalog, Code
from apps.codes.selectors import codes_by_text
from apps.evidence import services as evidence
from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.money import MAX_AMOUNT, parse_amount
from imbudget.kit.tableimport import RowError, read_rows, refuse_formulas
from imbudget.kit.text import FULL_WIDTH

HEADS = ("部门代码", "单位代码", "资金性质", "支出类别", "控制数(元)", "核减原因")
DEPARTMENT, UNIT, FUND, KIND, AMOUNT, REASON = HEADS
TOLD = 20  # errors that are said one by one
CODE = re.compile("[0-9A-Z]+")


class FigureReader:
    """Turns the rows of a file into figures of one region and year; codes are read once."""

    def __init__(self, region: Region, year: int) -> None:
        self.funds = codes_by_text(year, Catalog.FUND)
        tops = Department.objects.filter(region=region, parent=None)
        self.departments = dict(tops.order_by().values_list("code", "pk"))
        self.units = dict(Unit.objects.filter(region=region).order_by().values_list("code", "pk"))

    def read(self, row: dict[str, str]) -> FigureInput:
        """One figure. Raises RowError with the column; KeyError for a column that the file lacks."""
        refuse_formulas(row)
        kind = self._cell(row, KIND, _kind)
        unit = self._cell(row, UNIT, lambda text: self._known(self.units, text))
        # The department of a unit is looked up: what a file says beside it may be one of its divisions.
        known = self.departments
        department = None if unit else self._cell(row, DEPARTMENT, lambda text: self._known(known, text))
        fund, amount = self._cell(row, FUND, self._fund), self._cell(row, AMOUNT, _amount)
        return FigureInput(fund.pk, kind, amount, department, unit, reason=row.get(REASON, "")[:2000])

    def _cell(self, row: dict[str, str], column: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(row[column])
        except RowError as error:
            raise RowError(f"{column}: {error}") from error

    def _known(self, known: dict[str, int], text: str) -> int | None:
        """A department or unit by its code; an empty cell is none."""
        if not text:
            return None
        code = _code(text)
        if code not in known:
            raise RowError(_("The region has no department or unit with the code %(code)s.") % {"code": text[:60]})
        return known[code]

    def _fund(self, text: str) -> Code:
        fund = self.funds.get(_code(text))
        if fund is None or not fund.is_leaf:
            raise RowError(_("%(code)s is not a fund type of the last level.") % {"code": text[:60]})
        return fund


def _code(text: str) -> str:
    found = CODE.match(text.translate(FULL_WIDTH))
    return found[0] if found else ""


def _kind(text: str) -> str:
    kind = KINDS.get(text)
    if kind is None:
        raise RowError(_("Write 基本支出 or 项目支出."))
    return str(kind)


def _amount(text: str) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError as error:
        raise RowError(_("Write an amount in yuan, such as 12,345.60.")) from error
    if amount < 0:
        raise RowError(_("The amount must not be below zero."))
    if amount >= MAX_AMOUNT:
        raise RowError(_("The amount is too large."))
    return amount


@act
def import_control_figures(
    actor: Actor, region: Region, year: int, path: Path, *, name: str = "", dry_run: bool = False
) -> int:
    """Work out the figures that a file gives; gives how many have changed. Any bad row refuses the whole file."""
    require(policies.may_set_control(actor, region.pk))
    figures, errors = _read(FigureReader(region, year), path, name or path.name)
    if errors:
        head = _("Nothing was imported: %(count)s bad rows.") % {"count": len(errors)}
        raise RuleViolation("\n".join([head, *errors[:TOLD]]))
    with transaction.atomic():
        count = set_control_figures(actor, region, year, figures)
        facts = {
            "file": name or path.name,
            "digest": sm3_of_file(path),
            "year": year,
            "rows": len(figures),
            "figures": count,
        }
        evidence.append("budget.control_imported", region, actor, **facts)
        transaction.set_rollback(dry_run)  # everything was tried, nothing is kept
    return count


def _read(reader: FigureReader, path: Path, name: str) -> tuple[list[FigureInput], list[str]]:
    """The figures, and what is wrong with each row that holds none."""
    figures: list[FigureInput] = []
    errors: list[str] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, row in read_rows(path, name, HEADS):
        try:
            figure = reader.read(row)
            at = first.setdefault((figure.department_id, figure.unit_id, figure.fund_id, figure.kind), number)
            if at != number:
                raise RowError(_("the same figure stands in row %(row)s.") % {"row": at})
            figures.append(figure)
        except RowError as error:
            errors.append(_("Row %(number)s: %(error)s") % {"number": number, "error": error})
        except KeyError as error:
            raise RuleViolation(_("The file lacks the column %(name)s.") % {"name": error.args[0]}) from error
    return figures, errors
