"""Import the workbooks that budget units hand in: everything or nothing, with an error for each bad cell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.importrows import CellError, ParsedLine, RowReader
from apps.budget.models import BudgetSheet, SheetState
from apps.budget.services.sheets import hand_in
from apps.budget.transitions import SHEET
from apps.budget.workbook import RawTable, read_table
from apps.codes.models import FiscalYear, YearState
from apps.codes.selectors import derive_government_economic
from apps.evidence import services as evidence
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

COPY_LINES = (
    "COPY budget_budgetline (sheet_id, unit_id, region_id, league_id, year_id, round, number, function_id,"
    " department_economic_id, government_economic_id, fund_id, kind, project_code, project_name, amount, prior_approved,"
    " prior_executed, note) FROM STDIN"
)
Tell = Callable[..., None]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing."""

    file: str
    rows: int = 0
    units: int = 0
    total: Decimal = Decimal(0)
    errors: list[CellError] = field(default_factory=list)
    not_handed_in: list[tuple[str, str]] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the job's result and for `--json`."""
        return {
            "file": self.file,
            "rows": self.rows,
            "units": self.units,
            "total": str(self.total),
            "errors": [error.as_json() for error in self.errors],
            "not_handed_in": self.not_handed_in,
            "dry_run": self.dry_run,
        }


class ImportRefused(RuleViolation):
    """The file has bad cells; nothing was written. `report` lists them."""

    def __init__(self, report: ImportReport) -> None:
        first = report.errors[0]
        super().__init__(
            _("Nothing was imported: %(count)s errors in %(file)s, the first in row %(row)s: %(first)s")
            % {"count": len(report.errors), "file": report.file, "row": first.row, "first": first.message}
        )
        self.report = report


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Which file goes where; `goal` is the state good sheets get (accepted only for the operator's history)."""

    path: Path
    region: Region
    year: int
    round: str
    name: str = ""
    dry_run: bool = False
    goal: str = SheetState.SUBMITTED


@act
def import_workbook(actor: Actor, order: ImportOrder, progress: Tell | None = None) -> ImportReport:
    """Import one file into the sheets of the region's own-level units.

    All or nothing: a bad cell refuses the file (ImportRefused), and a process that dies leaves nothing behind.
    A sheet that passes the checks is handed in; one that does not stays a draft and is named in the report.
    """
    require(policies.may_import(actor, order.region))
    tell = progress or (lambda done, of, message="": None)
    _refuse_closed_year(order)
    table = read_table(order.path)
    report = ImportReport(order.name or order.path.name, rows=len(table.rows), dry_run=order.dry_run)
    lines = _parse(order, table, report, tell)
    sheets = _sheets(order, lines, report)
    if report.errors:
        raise ImportRefused(report)
    report.units, report.total = len(lines), sum((line.amount for rows in lines.values() for line in rows), Decimal(0))
    if order.dry_run:
        return report
    with transaction.atomic():
        _write(order, sheets, lines)
        _hand_in_all(actor, order, list(sheets.values()), report, tell)
        evidence.append(
            "budget.imported",
            order.region,
            actor,
            file=report.file,
            digest=sm3_hex(order.path.read_bytes()),
            year=order.year,
            round=order.round,
            rows=report.rows,
            units=report.units,
            total=str(report.total),
        )
    return report


def _refuse_closed_year(order: ImportOrder) -> None:
    year = FiscalYear.objects.filter(pk=order.year).first()
    if year is None:
        raise RuleViolation(_("The year %(year)s does not exist in the system.") % {"year": order.year})
    if year.state == YearState.CLOSED:
        raise RuleViolation(_("The year %(year)s is closed.") % {"year": order.year})


def _parse(order: ImportOrder, table: RawTable, report: ImportReport, tell: Tell) -> dict[Unit, list[ParsedLine]]:
    reader = RowReader(order.region, order.year, table.letters)
    lines: dict[Unit, list[ParsedLine]] = {}
    for count, row in enumerate(table.rows):
        if count % 500 == 0:
            tell(count, len(table.rows) * 2, _("reading the rows"))
        parsed = reader.read(row)
        if parsed is not None:
            lines.setdefault(parsed.unit, []).append(parsed)
    report.errors += reader.errors
    return lines


def _sheets(order: ImportOrder, lines: dict[Unit, list[ParsedLine]], report: ImportReport) -> dict[Unit, BudgetSheet]:
    """The units' sheets, made where missing, locked in the order of their keys; handed-in ones are errors."""
    units = {unit.pk: unit for unit in lines}
    if not order.dry_run:
        missing = [
            BudgetSheet(
                unit=unit, region_id=unit.region_id, league_id=unit.league_id, year_id=order.year, round=order.round
            )
            for unit in lines
        ]
        BudgetSheet.objects.bulk_create(missing, ignore_conflicts=True)
    found = BudgetSheet.objects.filter(unit__in=list(units), year=order.year, round=order.round).order_by("pk")
    sheets = {}
    for sheet in found.select_for_update(of=("self",), no_key=True).select_related("unit", "year"):
        unit = units[sheet.unit_id]
        if not sheet.is_editable:
            message = _("The sheet of %(unit)s has been handed in already: return it before you import it again.")
            first = lines[unit][0]
            report.errors.append(CellError(first.row, "unit_code", first.unit.code, message % {"unit": unit}))
        sheets[unit] = sheet
    return sheets


def _write(order: ImportOrder, sheets: dict[Unit, BudgetSheet], lines: dict[Unit, list[ParsedLine]]) -> None:
    ids = [sheet.pk for sheet in sheets.values()]
    derived = {nature: derive_government_economic(order.year, nature) for nature in {unit.nature for unit in lines}}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM budget_budgetline WHERE sheet_id = ANY(%s)", [ids])
        with cursor.copy(COPY_LINES) as copy:
            for unit, rows in lines.items():
                for number, line in enumerate(rows, 1):
                    copy.write_row(line.as_row(sheets[unit], number, derived[unit.nature]))
    # A higher version makes a web form that is open meanwhile notice the import.
    BudgetSheet.objects.filter(pk__in=ids).update(version=F("version") + 1, updated_at=timezone.now())


def _hand_in_all(actor: Actor, order: ImportOrder, sheets: list[BudgetSheet], report: ImportReport, tell: Tell) -> None:
    for count, sheet in enumerate(sheets):
        tell(len(sheets) + count, len(sheets) * 2, _("checking the sheets"))
        sheet.refresh_from_db(fields=["total", "version"])
        try:
            hand_in(actor, sheet)
        except RuleViolation as refusal:
            report.not_handed_in.append((str(sheet.unit), str(refusal)))
            continue
        if order.goal == SheetState.ACCEPTED:
            advance(SHEET, sheet, "accept")
