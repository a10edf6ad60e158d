"""From a row of a file to budget lines, or to an error for each bad cell; the one place that words these rules."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.importplace import Place
from apps.budget.models import ExpenditureKind
from apps.budget.models.sheet import kind_of
from apps.budget.selectors.entry import CATALOGS, codes_written
from apps.budget.workbook import HEADS
from apps.codes.models import Code
from apps.regions.models import Region, Unit
from imbudget.kit.money import MAX_AMOUNT, parse_amount
from imbudget.kit.text import clean, search_key, strip

PROJECT_CODE = re.compile(r"^[0-9]{8}[0-9A-Z]{13}$")
LIMITS = {"project_name": 360, "note": 2000}
# What the offices write for the kind of expenditure; the project systems divide both kinds once more.
KINDS = {
    "基本支出": ExpenditureKind.BASIC,
    "人员类": ExpenditureKind.BASIC,
    "公用经费类": ExpenditureKind.BASIC,
    "项目支出": ExpenditureKind.PROJECT,
    "特定目标类": ExpenditureKind.PROJECT,
    "其他运转类": ExpenditureKind.PROJECT,
}
SPLIT = {"basic": ExpenditureKind.BASIC, "project": ExpenditureKind.PROJECT}


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that stops the import: its row, the internal name of its column, what stands in it, and why."""

    row: int
    column: str
    value: str
    message: str

    def as_json(self, letters: dict[str, str] | None = None) -> dict[str, Any]:
        """`cell` is the address as a spreadsheet shows it; empty when the file has no such column."""
        letter = (letters or {}).get(self.column, "")
        return {
            "row": self.row,
            "cell": f"{letter}{self.row}" if letter else "",
            "column": HEADS.get(self.column, ""),
            "value": self.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of a file: its number as a spreadsheet shows it, its cells as text, and the names of its formula cells."""

    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One line of a good row."""

    row: int
    unit: Unit
    function: Code
    department_economic: Code | None
    fund: Code
    kind: str
    amount: Decimal
    prior_approved: Decimal | None
    prior_executed: Decimal | None
    project_code: str
    project_name: str
    note: str

    def as_row(self) -> tuple[Any, ...]:
        """The columns of the staging table of lines, in its order."""
        economic = self.department_economic
        return (
            self.row,
            self.unit.pk,
            self.function.pk,
            economic.pk if economic else None,
            self.fund.pk,
            str(self.kind),
            self.project_code,
            self.project_name,
            self.amount,
            self.prior_approved,
            self.prior_executed,
            self.note,
        )


class RowReader:
    """Reads rows one by one for one place; dictionaries are loaded once.

    `errors` holds what was found wrong so far, `bad_rows` counts the rows, `held` those of a known unit by its key.
    """

    def __init__(self, place: Place, columns: tuple[str, ...]) -> None:
        self.place = place
        self.columns = columns
        self.codes = codes_written(place.year)
        self.errors: list[CellError] = []
        self.bad_rows = 0
        self.held: Counter[int] = Counter()

    @cached_property
    def units(self) -> dict[tuple[int, str], Unit]:
        return {(unit.region_id, unit.code): unit for unit in self.place.units()}

    @cached_property
    def names(self) -> dict[tuple[int, str], set[Unit]]:
        """Units by their own names in both languages, and by their department's name."""
        found: dict[tuple[int, str], set[Unit]] = {}
        for unit in self.place.units().select_related("department"):
            for name in (*_names_of(unit), *_names_of(unit.department)):
                found.setdefault((unit.region_id, name), set()).add(unit)
        return found

    def read(self, row: StagedRow) -> list[ParsedLine]:
        """The lines of a good row; none when the row had errors (they are kept in `errors`)."""
        before = len(self.errors)
        for column in row.formulas:
            self._bad(row, column, _("This cell holds a formula. Replace it by its value."))
        unit = None if row.formulas else self._unit(row, self._region(row))
        lines = [] if row.formulas else self._lines(row, unit)
        if len(self.errors) == before:
            return lines
        self.bad_rows += 1
        self.held.update([unit.pk] if unit else [])
        return []

    def _lines(self, row: StagedRow, unit: Unit | None) -> list[ParsedLine]:
        values: dict[str, Any] = {name: self._code(row, name) for name in CATALOGS}
        amounts = self._amounts(row)
        values |= {name: self._amount(row, name) for name in ("prior_approved", "prior_executed")}
        values |= {name: self._text(row, name) for name in ("project_code", "project_name", "note")}
        if values["project_code"] and not PROJECT_CODE.match(values["project_code"]):
            self._bad(row, "project_code", _("A project code has 21 characters: 8 digits, then 13 digits or capitals."))
        kind = self._kind(row) or kind_of(values["project_code"], values["project_name"])
        if unit is None:
            return []
        return _each(ParsedLine(row.number, unit, kind=kind, amount=Decimal(0), **values), amounts)

    def _region(self, row: StagedRow) -> Region | None:
        year = _cell(row, "year")
        if year and year != str(self.place.year):
            values = {"found": year, "year": self.place.year}
            self._bad(row, "year", _("This line belongs to %(found)s, not to %(year)s.") % values)
        code = _cell(row, "region_code")
        region = self.place.regions.get(code) if code else self.place.region
        if region is None:
            text = _("This line belongs to another region than %(region)s.") % {"region": self.place.region}
            self._bad(row, "region_code", text)
        return region

    def _unit(self, row: StagedRow, region: Region | None) -> Unit | None:
        code, name = _cell(row, "unit_code"), _cell(row, "unit_name")
        own = self.place.unit
        unit: Unit | None = None
        if region is None:
            return None
        if own is not None and (not code or code == own.code):
            unit = own
        elif code or "unit_code" in self.columns:
            unit = self._unit_of_code(row, region, code)
        else:
            unit = self._unit_of_name(row, region, name)
        if unit is None:
            return None
        if own is not None and unit.pk != own.pk:
            self._bad(row, "unit_code", _("This line belongs to another unit than %(unit)s.") % {"unit": own})
        elif name and (code or own) and search_key(name) not in _names_of(unit):
            # A mistyped code that exists would replace another unit's figures.
            text = _("This code belongs to %(unit)s: correct the code or the name.")
            if not code:
                text = _("This line belongs to another unit than %(unit)s.")
            self._bad(row, "unit_name", text % {"unit": unit})
        return unit

    def _unit_of_code(self, row: StagedRow, region: Region, code: str) -> Unit | None:
        unit = self.units.get((region.pk, code))
        if unit is None:
            values = {"region": region, "year": self.place.year}
            self._bad(row, "unit_code", _("%(region)s has no budget unit with this code in %(year)s.") % values)
        return unit

    def _unit_of_name(self, row: StagedRow, region: Region, name: str) -> Unit | None:
        found = self.names.get((region.pk, search_key(name)), set())
        if len(found) == 1:
            return next(iter(found))
        values = {"region": region, "year": self.place.year}
        text = _("%(region)s has no budget unit or department with this name in %(year)s.") % values
        if found:
            text = _("Several budget units have this name or department: give the unit's code.")
        elif not name:
            text = _("The unit is missing: give its code.")
        self._bad(row, "unit_name", text)
        return None

    def _code(self, row: StagedRow, name: str) -> Code | None:
        text = _cell(row, name)
        if not text and self.place.by_function and name == "department_economic":
            return None
        if not text and self.place.default_fund is not None and name == "fund":
            return self.place.default_fund
        # People write the code alone or, as the systems print it, code-name.
        code = self.codes[name].get(text.split("-")[0])
        if code is None and not text:
            self._bad(row, name, _("%(field)s is missing.") % {"field": HEADS[name]})
        elif code is None:
            self._bad(row, name, _("This code is not in the classification of %(year)s.") % {"year": self.place.year})
        elif not code.is_leaf:
            self._bad(row, name, _("%(code)s is not a code of the last level. Choose one below it.") % {"code": code})
            return None
        return code

    def _kind(self, row: StagedRow) -> str:
        text = _cell(row, "kind")
        if text and text not in KINDS:
            self._bad(row, "kind", _("Write 基本支出 or 项目支出."))
        return str(KINDS.get(text, ""))

    def _amounts(self, row: StagedRow) -> dict[str, Decimal]:
        """Amount by kind: one under "" as the template has it, or basic and project expenditure beside each other."""
        total = self._amount(row, "amount")
        parts = {kind: self._amount(row, name) for name, kind in SPLIT.items() if _cell(row, name)}
        if not parts:
            if total is None and not _cell(row, "amount"):
                self._bad(row, "amount", _("The amount is missing."))
            return {"": total or Decimal(0)}
        sums = {str(kind): amount for kind, amount in parts.items() if amount is not None}
        together = sum(sums.values(), Decimal(0))
        if total is not None and len(sums) == len(parts) and together != total:
            text = _("Basic and project expenditure make %(sum)s, the total says %(total)s.")
            self._bad(row, "amount", text % {"sum": f"{together:,.2f}", "total": f"{total:,.2f}"})
        return {kind: amount for kind, amount in sums.items() if amount} or dict(list(sums.items())[:1])

    def _amount(self, row: StagedRow, name: str) -> Decimal | None:
        text = _cell(row, name)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except ValueError:
            self._bad(row, name, _("This is not an amount in yuan with at most two decimals."))
            return None
        if amount < 0:
            self._bad(row, name, _("The amount must not be below zero."))
        if amount >= MAX_AMOUNT:
            self._bad(row, name, _("The amount is too large."))
        return amount

    def _text(self, row: StagedRow, name: str) -> str:
        try:
            text = clean(_cell(row, name))
        except ValueError:
            self._bad(
                row,
                name,
                _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard."),
            )
            return ""
        if len(text) > LIMITS.get(name, 1000):
            self._bad(row, name, _("This text is too long."))
        return text

    def _bad(self, row: StagedRow, column: str, message: str) -> None:
        self.errors.append(CellError(row.number, column, row.cells.get(column, "")[:100], message))


def _cell(row: StagedRow, name: str) -> str:
    return strip(row.cells.get(name, ""))


def _names_of(node: Any) -> set[str]:
    return {search_key(name) for name in (node.name_zh_hans, node.name_mvf) if name}


def _each(line: ParsedLine, amounts: dict[str, Decimal]) -> list[ParsedLine]:
    """One line for each amount; what was approved and executed last year stands beside the first."""
    lines = [replace(line, kind=kind or line.kind, amount=amount) for kind, amount in amounts.items()]
    return lines[:1] + [replace(other, prior_approved=None, prior_executed=None) for other in lines[1:]]
