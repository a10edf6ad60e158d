"""From a raw row of the template to a budget line, or to an error for each bad cell."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.models import BudgetSheet
from apps.budget.models.sheet import kind_of
from apps.budget.selectors.collection import units_due
from apps.budget.workbook import HEADS, RawRow
from apps.codes.models import Catalog, Code
from apps.codes.selectors import codes_by_text
from apps.regions.models import Region, Unit
from imbudget.kit.money import MAX_AMOUNT, parse_amount
from imbudget.kit.text import clean, search_key

PROJECT_CODE = re.compile(r"^\d{8}[0-9A-Z]{13}$")
CATALOGS = {
    "function": Catalog.FUNCTION,
    "department_economic": Catalog.DEPARTMENT_ECONOMIC,
    "fund": Catalog.FUND,
}
LIMITS = {"project_name": 360, "note": 2000}


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that stops the import: its row, the head of its column, what stands in it, and why."""

    row: int
    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": HEADS.get(self.column, ""), "value": self.value, "message": self.message}


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One good row."""

    row: int
    unit: Unit
    function: Code
    department_economic: Code
    fund: Code
    amount: Decimal
    prior_approved: Decimal | None
    prior_executed: Decimal | None
    project_code: str
    project_name: str
    note: str

    def key(self) -> tuple[object, ...]:
        """Two rows with the same key are one line written twice."""
        codes = (self.function.pk, self.department_economic.pk, self.fund.pk)
        return (self.unit.pk, *codes, self.project_code, self.project_name)

    def as_row(self, sheet: BudgetSheet, number: int, derived: dict[int, int]) -> tuple[Any, ...]:
        """The columns of the line table in the order of the import's COPY."""
        return (
            sheet.pk,
            sheet.unit_id,
            sheet.region_id,
            sheet.league_id,
            sheet.year_id,
            sheet.round,
            number,
            self.function.pk,
            self.department_economic.pk,
            derived.get(self.department_economic.pk),
            self.fund.pk,
            kind_of(self.project_code, self.project_name),
            self.project_code,
            self.project_name,
            self.amount,
            self.prior_approved,
            self.prior_executed,
            self.note,
        )


class RowReader:
    """Reads the rows of one file for one region and year; dictionaries are loaded once."""

    def __init__(self, region: Region, year: int, letters: dict[str, str]) -> None:
        self.region = region
        self.year = year
        self.letters = letters
        self.units = {unit.code: unit for unit in units_due(region, year).select_related(None)}
        self.codes = {name: codes_by_text(year, catalog) for name, catalog in CATALOGS.items()}
        self.errors: list[CellError] = []
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self, row: RawRow) -> ParsedLine | None:
        """The line of a good row; None when the row had errors (they are kept in `errors`)."""
        before = len(self.errors)
        for column in row.formulas:
            self._bad(row, column, _("This cell holds a formula. Replace it by its value."))
        if row.formulas:
            return None
        self._check_place(row)
        values: dict[str, Any] = {"unit": self._unit(row)}
        values |= {name: self._code(row, name) for name in CATALOGS}
        values |= {name: self._amount(row, name) for name in ("amount", "prior_approved", "prior_executed")}
        values |= {name: self._text(row, name) for name in ("project_code", "project_name", "note")}
        if values["project_code"] and not PROJECT_CODE.match(values["project_code"]):
            self._bad(row, "project_code", _("A project code has 21 characters: 8 digits, then 13 digits or capitals."))
        if len(self.errors) > before:
            return None
        return self._single(ParsedLine(row=row.number, **values), row)

    def _check_place(self, row: RawRow) -> None:
        year = row.cells.get("year", "")
        if year and year != str(self.year):
            self._bad(
                row, "year", _("This line belongs to %(found)s, not to %(year)s.") % {"found": year, "year": self.year}
            )
        region = row.cells.get("region_code", "")
        if region and region != self.region.code:
            self._bad(
                row, "region_code", _("This line belongs to another region than %(region)s.") % {"region": self.region}
            )

    def _unit(self, row: RawRow) -> Unit | None:
        unit = self.units.get(row.cells["unit_code"])
        if unit is not None and not self._same_name(unit, row.cells.get("unit_name", "")):
            # A mistyped code that exists would replace another unit's figures.
            text = _("This code belongs to %(unit)s: correct the code or the name.") % {"unit": unit}
            self._bad(row, "unit_name", text)
        if unit is None:
            self._bad(
                row,
                "unit_code",
                _("%(region)s has no budget unit with this code in %(year)s.")
                % {"region": self.region, "year": self.year},
            )
        return unit

    def _same_name(self, unit: Any, written: str) -> bool:
        names = {search_key(name) for name in (unit.name_zh_hans, unit.name_mvf) if name}
        return not written or search_key(written) in names

    def _code(self, row: RawRow, name: str) -> Code | None:
        # People write the code alone or, as the systems print it, code-name.
        code = self.codes[name].get(row.cells[name].split("-")[0])
        if code is None:
            self._bad(row, name, _("This code is not in the classification of %(year)s.") % {"year": self.year})
        elif not code.is_leaf:
            self._bad(row, name, _("%(code)s is not a code of the last level. Choose one below it.") % {"code": code})
            return None
        return code

    def _amount(self, row: RawRow, name: str) -> Decimal | None:
        text = row.cells.get(name, "")
        if not text:
            if name == "amount":
                self._bad(row, name, _("The amount is missing."))
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

    def _text(self, row: RawRow, name: str) -> str:
        try:
            text = clean(row.cells.get(name, ""))
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

    def _single(self, line: ParsedLine, row: RawRow) -> ParsedLine | None:
        first = self.seen.setdefault(line.key(), row.number)
        if first != row.number:
            self._bad(
                row, "function", _("This line repeats row %(row)s: same unit, codes and project.") % {"row": first}
            )
            return None
        return line

    def _bad(self, row: RawRow, column: str, message: str) -> None:
        self.errors.append(CellError(row.number, column, row.cells.get(column, "")[:100], message))
