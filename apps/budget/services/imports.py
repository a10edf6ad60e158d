"""Import the workbooks that budget units hand in: everything or nothing unless the order says otherwise.

The file goes as text into a staging table; SQL takes the clean rows at once and the row reader words what is wrong
with the others; then the lines are written set by set. One transaction, so that a process that dies leaves nothing.
"""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.importplace import Place, place_of
from apps.budget.importreport import MAX_ERRORS, ImportOrder, ImportRefused, ImportReport
from apps.budget.importrows import CellError, RowReader
from apps.budget.models import BudgetSheet, SheetState
from apps.budget.services import staging
from apps.budget.services.handin import hand_in_many
from apps.budget.services.handing import SUBJECT
from apps.budget.services.locks import refuse_closed_year, refuse_round_not_run, refuse_unknown_year
from apps.budget.services.sheets import ROUNDS_OF_UNITS
from apps.budget.workbook import HEADS, Table, open_table
from apps.evidence import services as evidence
from apps.lowcode.services.cases import lock_cases
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation, require

__all__ = ["ImportOrder", "ImportRefused", "ImportReport", "import_own_workbook", "import_workbook"]
LINES_AT_ONCE = 50_000
WRITE = """
INSERT INTO budget_budgetline (sheet_id, unit_id, region_id, league_id, year_id, round, number, function_id,
    department_economic_id, government_economic_id, fund_id, kind, project_code, project_name, amount, prior_approved,
    prior_executed, note)
SELECT s.id, s.unit_id, s.region_id, s.league_id, s.year_id, s.round,
       row_number() OVER (PARTITION BY s.id ORDER BY l.row, l.kind), l.function_id, l.department_economic_id,
       e.government_economic_id, l.fund_id, l.kind, l.project_code, l.project_name, l.amount, l.prior_approved,
       l.prior_executed, l.note
FROM budget_budgetsheet s
JOIN regions_unit u ON u.id = s.unit_id
JOIN import_line l ON l.unit_id = s.unit_id
LEFT JOIN codes_economicderivation e ON e.year_id = s.year_id AND e.nature = u.nature
    AND e.department_economic_id = l.department_economic_id
WHERE s.id = ANY(%s) ORDER BY s.id, l.row, l.kind
"""
OPEN = """
INSERT INTO budget_budgetsheet (unit_id, region_id, league_id, year_id, round, state, total, note, return_reason, version,
    updated_at)
SELECT u.id, u.region_id, u.league_id, %(year)s, %(round)s, 'draft', 0, '', '', 1, %(now)s
FROM regions_unit u WHERE u.id = ANY(%(units)s)
    AND NOT EXISTS (SELECT FROM budget_budgetsheet s WHERE (s.unit_id, s.year_id, s.round) = (u.id, %(year)s, %(round)s))
ORDER BY u.id ON CONFLICT (unit_id, year_id, round) DO NOTHING RETURNING id
"""
Tell = Callable[..., None]


@act
def import_workbook(actor: Actor, order: ImportOrder, progress: Tell | None = None) -> ImportReport:
    """Import one file into the sheets of the region's own-level units; for the operator also of the regions below.

    A bad cell refuses the file (ImportRefused) unless the order is partial. A sheet that passes the checks and lacks
    no row is handed in; one that does not stays a draft and is named in the report.
    """
    require(policies.may_import(actor, order.region))
    if actor.role != "system" and order.round not in ROUNDS_OF_UNITS:
        raise RuleViolation(_("In this round the finance office gives figures; units hand nothing in."))
    return _import(actor, order, progress or _silent)


@act
def import_own_workbook(
    actor: Actor, sheet: BudgetSheet, order: ImportOrder, progress: Tell | None = None
) -> ImportReport:
    """Replace the lines of a unit's own sheet by those of its workbook; the unit hands it in afterwards itself."""
    require(policies.may_import_own(actor, sheet))
    if order.unit is None or order.unit.pk != sheet.unit_id or order.goal != SheetState.DRAFT:
        raise ValueError("a unit's own upload goes into its own sheet and stays there")
    return _import(actor, order, progress or _silent)


def _silent(done: int, of: int, message: str = "") -> None:
    """Nobody asked to be told."""


def _import(actor: Actor, order: ImportOrder, tell: Tell) -> ImportReport:
    refuse_unknown_year(order.year)
    refuse_closed_year(order.year)
    table = open_table(order.path, order.name or order.path.name)
    place = place_of(order.region, order.year, order.unit, _goes_below(actor, order, table))
    report = _report(order, table)
    _refuse_other_year(order, table, report)
    _refuse_missing(place, table, report)
    with transaction.atomic():
        held = _stage(place, table, report, tell)
        sheets, new = _sheets(order, report)
        if report.error_count and not order.partial:
            raise ImportRefused(report)
        if order.partial and report.error_count and not report.lines:
            raise ImportRefused(report)
        _write(sheets, new, tell)
        report.not_handed_in = _hand_in(actor, order, sheets, held, tell)
        _record(actor, order, report)
        transaction.set_rollback(order.dry_run)  # everything was tried, nothing is kept
    return report


def _goes_below(actor: Actor, order: ImportOrder, table: Table) -> bool:
    """Whether rows of lower regions are welcome: only the operator brings a file of a whole league or region."""
    return actor.role == "system" and order.unit is None and "region_code" in table.columns


def _report(order: ImportOrder, table: Table) -> ImportReport:
    return ImportReport(
        order.name or order.path.name,
        dry_run=order.dry_run,
        partial=order.partial,
        sheet=table.sheet_name,
        head_row=table.head_row,
        letters=dict(table.letters),
        missing=table.missing,
        notes=table.notes,
    )


def _refuse_other_year(order: ImportOrder, table: Table, report: ImportReport) -> None:
    """A title that names years, but not this one, is that of another budget."""
    years = sorted(table.title_years)
    if years and order.year not in years:
        values = {"name": report.file, "found": ", ".join(map(str, years)), "year": order.year}
        raise RuleViolation(
            _("The title of %(name)s names %(found)s, not %(year)s: choose the year, or correct the title.") % values
        )


def _refuse_missing(place: Place, table: Table, report: ImportReport) -> None:
    """A file may lack the columns that its place supplies; without any other one it cannot be read."""
    supplied = {
        "unit_code": place.unit is not None or "unit_name" in table.columns,
        "department_economic": place.by_function,
        "fund": place.default_fund is not None,
        "amount": bool({"basic", "project"} & set(table.columns)),
    }
    lacking = [HEADS[name] for name in table.missing if not supplied.get(name, False)]
    if not lacking:
        return
    text = _("%(name)s lacks the columns %(missing)s.") % {"name": report.file, "missing": "、".join(lacking)}
    hint = _("Add them, or download the template and copy your lines into it.")
    if {HEADS["department_economic"], HEADS["fund"]} & set(lacking):
        hint = _(
            "Add them. Tables by function alone are taken only where the region's budget settings allow it and name a fund type."
        )
    raise RuleViolation(f"{text} {hint}")


def _stage(place: Place, table: Table, report: ImportReport, tell: Tell) -> Counter[int]:
    """Rows become staged lines or errors; gives the number of bad rows by the key of their unit."""
    report.rows = staging.stage(table, tell, lambda after: staging.take_clean(place, table.columns, after))
    if not report.rows:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": report.file})
    tell(30, 100, _("checking the rows"))
    reader = RowReader(place, table.columns)
    for errors in staging.read_left_over(reader):
        report.add(errors)
        if not report.partial and report.error_count > MAX_ERRORS:
            break  # refused in any case, and nobody mends more than that by hand
    errors, repeated = staging.refuse_repeated()
    report.add(errors)
    report.errors.sort(key=lambda error: error.row)
    report.notes = table.notes
    report.bad_rows = reader.bad_rows + sum(repeated.values())
    return reader.held + repeated


def _sheets(order: ImportOrder, report: ImportReport) -> tuple[dict[int, int], set[int]]:
    """Sheet → number of its lines, and the sheets that were missing and are new.

    All are locked in the order of their keys, after the cases that they are in; those handed in already are errors.
    """
    staged = {unit: (lines, total) for unit, lines, total in staging.units_staged()}
    regions = Unit.objects.filter(pk__in=list(staged)).order_by().values_list("region_id", flat=True).distinct()
    refuse_round_not_run(regions, order.year, order.round)
    new = _open_missing(order, list(staged))
    found = BudgetSheet.objects.filter(unit__in=list(staged)).of_round(order.year, order.round).order_by("pk")
    lock_cases(SUBJECT, found.values_list("pk", flat=True))
    locked = list(found.select_for_update(of=("self",), no_key=True))
    closed = [sheet.unit_id for sheet in locked if not sheet.is_editable]
    if closed:
        _refuse_handed_in(closed, report)
    good = [sheet for sheet in locked if sheet.is_editable]
    report.units, report.lines = len(good), sum(staged[sheet.unit_id][0] for sheet in good)
    report.total = sum((staged[sheet.unit_id][1] for sheet in good), Decimal(0))
    return {sheet.pk: staged[sheet.unit_id][0] for sheet in good}, new


def _open_missing(order: ImportOrder, units: list[int]) -> set[int]:
    """New sheets for the units that have none, in the order of their keys: two imports never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"units": units, "year": order.year, "round": order.round, "now": timezone.now()})
        return {pk for (pk,) in cursor.fetchall()}


def _refuse_handed_in(units: list[int], report: ImportReport) -> None:
    text = _("The sheet of %(unit)s has been handed in already: return it before you import it again.")
    names = Unit.objects.in_bulk(units)
    gone = staging.leave_out(units)
    report.add(CellError(gone[pk][0], "unit_code", unit.code, text % {"unit": unit}) for pk, unit in names.items())
    report.errors.sort(key=lambda error: error.row)
    report.bad_rows += sum(rows for _first, rows in gone.values())


def _write(sheets: dict[int, int], new: set[int], tell: Tell) -> None:
    """Replace the lines of these sheets, some sheets at a time so that a waiting person sees it going on."""
    done, of = 0, sum(sheets.values())
    with connection.cursor() as cursor:
        for ids in _portions(sheets):
            tell(40 + done * 40 // of, 100, _("writing the lines"))
            cursor.execute("DELETE FROM budget_budgetline WHERE sheet_id = ANY(%s)", [ids])
            cursor.execute(WRITE, [ids])
            done += sum(sheets[pk] for pk in ids)
    # A higher version makes a web form that is open meanwhile notice the import; a new sheet stands in none.
    known = [pk for pk in sheets if pk not in new]
    BudgetSheet.objects.filter(pk__in=known).update(version=F("version") + 1, updated_at=timezone.now())


def _portions(sheets: dict[int, int]) -> list[list[int]]:
    """The sheets in portions of about as many lines as one statement should write."""
    portions: list[list[int]] = [[]]
    room = LINES_AT_ONCE
    for pk, lines in sheets.items():
        if portions[-1] and room < lines:
            portions.append([])
            room = LINES_AT_ONCE
        portions[-1].append(pk)
        room -= lines
    return [portion for portion in portions if portion]


def _hand_in(
    actor: Actor, order: ImportOrder, sheets: dict[int, int], held: Counter[int], tell: Tell
) -> list[tuple[str, str]]:
    """Hand in what is whole and right; a sheet that lacks rows of its workbook waits for its unit."""
    if order.goal == SheetState.DRAFT:
        return []
    lacking = BudgetSheet.objects.filter(pk__in=list(sheets), unit__in=list(held)).select_related("unit")
    text = _("%(count)s rows of this unit were not imported: correct them before it is handed in.")
    left = {sheet.pk: (str(sheet.unit), text % {"count": held[sheet.unit_id]}) for sheet in lacking}
    whole = [pk for pk in sheets if pk not in left]
    refused = hand_in_many(
        actor, whole, order.goal, lambda done, of: tell(80 + 20 * done // of, 100, _("checking the sheets"))
    )
    return [*left.values(), *refused]


def _record(actor: Actor, order: ImportOrder, report: ImportReport) -> None:
    evidence.append(
        "budget.imported",
        order.unit or order.region,
        actor,
        file=report.file,
        digest=sm3_of_file(order.path),
        year=order.year,
        round=order.round,
        rows=report.rows,
        lines=report.lines,
        units=report.units,
        total=str(report.total),
        partial=order.partial,
        bad_rows=report.bad_rows,
        not_handed_in=len(report.not_handed_in),
    )
