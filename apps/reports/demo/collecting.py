"""布置, 一上, 一下, 二上: the timetable, what units hand in twice, the control figures between, the compiled budget."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from apps.budget import services
from apps.budget.demo.acting import holder, officer
from apps.budget.demo.data import compile_region
from apps.budget.models import (
    BudgetLine,
    BudgetRound,
    BudgetSheet,
    Compilation,
    ControlFigure,
    ExpenditureKind,
    RoundPlan,
    SheetState,
)
from apps.budget.selectors.collection import units_due
from apps.budget.selectors.control import figures_of
from apps.budget.selectors.proposal import Cut
from apps.budget.services.carryover import copy_from_last_year
from apps.budget.services.control import Share, issue_control_figures, split_control_figures
from apps.budget.services.plans import save_plan
from apps.budget.services.proposals import take_proposal
from apps.budget.services.sheets import LineInput
from apps.regions.models import Department, Unit
from apps.reports.demo.stage import Stage
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

MISSING = "催报后仍未报送，先行汇总"
CUT = Cut(percent=Decimal(5), excluded=(str(ExpenditureKind.BASIC),))
Prepare = Callable[[Actor, BudgetSheet], None]


def announce(stage: Stage) -> str:
    """The region's timetable, unless it has one already."""
    if RoundPlan.objects.filter(region=stage.region, year=stage.year).exists():
        return "the timetable stands already"
    before, year = stage.year - 1, stage.year
    days = {
        "announced_on": date(before, 7, 1),
        "first_up_due": date(before, 9, 10),
        "first_down_due": date(before, 10, 31),
        "second_up_due": date(before, 12, 10),
        "approved_on": date(year, 1, 20),
        "second_down_due": date(year, 2, 9),
    }
    save_plan(stage.officer, RoundPlan(region=stage.region, year_id=year, source=f"关于编制{year}年预算的通知", **days))
    return f"announced on {days['announced_on']}, second submission due {days['second_up_due']}"


def first_up(stage: Stage) -> str:
    """Who has handed nothing in begins with last year's lines."""
    return _collect(stage, BudgetRound.FIRST_UP, as_last_year)


def second_up(stage: Stage) -> str:
    """Everybody begins with what was accepted, and cuts it down to the control figures."""
    return _collect(stage, BudgetRound.SECOND_UP, within_figures)


def _collect(stage: Stage, round_: str, prepare: Prepare) -> str:
    compilation = services.open_compilation(stage.officer, stage.region, stage.year, round_)
    stay: list[str] = []
    if not compilation.is_locked:
        for unit in units_due(stage.region, stage.year).order_by("code"):
            try:
                bring_in(stage, unit, round_, prepare)
            except RuleViolation as refusal:
                stay.append(f"{unit}: {refusal}")
        compile_region(stage.region, stage.year, round_, MISSING)
        _answer(stage, round_)
    compilation.refresh_from_db()
    snapshot = compilation.snapshot
    if snapshot is None:
        raise RuleViolation(f"{compilation} has no figures")
    accepted = BudgetSheet.objects.filter(region=stage.region, state=SheetState.ACCEPTED)
    count = accepted.of_round(stage.year, round_).count()
    said = f"{count} sheets, {snapshot.total:,.2f} compiled with the regions below, {compilation.state}"
    return f"{said}; without {len(stay)}: {stay[0]}" if stay else said


def bring_in(stage: Stage, unit: Unit, round_: str, prepare: Prepare) -> None:
    """A sheet that its unit still has: filled in, handed in."""
    found = BudgetSheet.objects.filter(unit=unit).of_round(stage.year, round_).first()
    sheet = found or services.open_sheet(stage.clerk(unit), unit, stage.year, round_)
    if sheet.is_editable:
        prepare(stage.clerk(unit), _again(sheet))
        services.submit_sheet(holder("unit_head", unit=unit), _again(sheet))


def _again(sheet: BudgetSheet) -> BudgetSheet:
    return BudgetSheet.objects.select_related("unit", "region", "year").get(pk=sheet.pk)


def as_last_year(clerk: Actor, sheet: BudgetSheet) -> None:
    if not sheet.lines.exists():
        copy_from_last_year(clerk, sheet)


def within_figures(clerk: Actor, sheet: BudgetSheet) -> None:
    """The largest lines of what is above its figure give way."""
    over: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    lines = list(sheet.lines.select_related("function", "department_economic", "fund").order_by("number"))
    for line in lines:
        over[line.fund_id, line.kind] += line.amount
    for figure in figures_of(sheet):
        over[figure.fund_id, figure.kind] -= figure.amount
    for line in sorted(lines, key=lambda line: -line.amount):
        less = max(min(over[line.fund_id, line.kind], line.amount), Decimal(0))
        line.amount -= less
        over[line.fund_id, line.kind] -= less
    kept = [_as_written(line) for line in lines if line.amount]
    services.save_lines(clerk, sheet, sheet.version, kept, sheet.declared_total)


def _as_written(line: BudgetLine) -> LineInput:
    return LineInput(
        line.function,
        line.department_economic,
        line.fund,
        line.amount,
        pk=line.pk,
        kind=line.kind,
        project_code=line.project_code,
        project_name=line.project_name,
        prior_approved=line.prior_approved,
        prior_executed=line.prior_executed,
        note=line.note,
    )


def _answer(stage: Stage, round_: str) -> None:
    """The region above takes the report in, as long as its own budget is not compiled."""
    upper = stage.region.upper
    if upper is None:
        return
    above = services.open_compilation(officer(upper), upper, stage.year, round_)
    if not above.is_locked:
        reports = Compilation.objects.filter(region=stage.region, year=stage.year, round=round_)
        services.receive_waiting(officer(upper), reports)


def control(stage: Stage) -> str:
    """一下: projects are cut, basic expenditure stays; the figures of all three levels are issued by one document."""
    actor, head = stage.officer, f"{stage.region.name}{stage.year}年控制数"
    take_proposal(actor, stage.region, stage.year, CUT, "压减非刚性项目支出5%")
    issued = issue_control_figures(actor, stage.region, stage.year, head)
    figures = ControlFigure.objects.issued().filter(region=stage.region, year=stage.year)
    units = sum(figure.amount for figure in figures if figure.unit_id)
    return f"{issued} figures issued, {units:,.2f} for the units"


def split(stage: Stage) -> str:
    """A department moves a hundredth from its best endowed unit to another one, and issues that itself."""
    figures = ControlFigure.objects.issued().filter(region=stage.region, year=stage.year).order_by("-amount", "pk")
    rows = list(figures.select_related("department", "unit", "fund"))
    for upper in (row for row in rows if row.department_id and not row.unit_id):
        parts = [row for row in rows if row.unit_id and _key(row) == _key(upper)]
        share = (parts[0].amount / 100).quantize(Decimal("0.01")) if len(parts) > 1 else Decimal(0)
        if share:
            return _moved(stage, upper, parts[0], parts[-1], share)
    return "no department has two units with the same kind of figure"


def _key(row: ControlFigure) -> tuple[int | None, int, str]:
    return row.department_id, row.fund_id, row.kind


def _moved(stage: Stage, upper: ControlFigure, giver: ControlFigure, taker: ControlFigure, share: Decimal) -> str:
    department = Department.objects.get(pk=upper.department_id or 0)
    reviewer = holder("department_reviewer", department=department)
    why = "主管部门内部统筹"
    shares = [
        Share(giver.unit_id or 0, giver.amount - share, why),
        Share(taker.unit_id or 0, taker.amount + share, why),
    ]
    split_control_figures(reviewer, upper, shares)
    issue_control_figures(reviewer, stage.region, stage.year, f"{department.name}分配方案", department)
    return f"{department}: {share:,.2f} from {giver.unit} to {taker.unit}"
