"""Basic expenditure put into a sheet as head counts and standards give it."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetLine, BudgetSheet, ExpenditureKind
from apps.budget.selectors.basic import ComputedLine, basic_expenditure
from apps.budget.services.lines import rewrite
from apps.budget.services.locks import lock_sheet, refuse_closed_year
from apps.budget.services.sheets import LineInput, filled
from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@dataclass(slots=True)
class BasicReport:
    """How many lines were added, changed and right already; the classes whose typed amount stayed or is not in the year."""

    total: Decimal
    added: int = 0
    changed: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@act
def compute_basic(
    actor: Actor, sheet: BudgetSheet, function: Code, fund: Code, *, replace: bool = False
) -> BasicReport:
    """Add the computed lines that the sheet has not got, and fill those that ask for nothing yet.

    A class that the sheet has under several functions is compared by its sum. An amount that somebody typed stays
    unless `replace` is asked; then the largest line of the class takes the difference.
    """
    require(policies.may_enter(actor, sheet))
    refuse_closed_year(sheet.year_id)
    lock_sheet(sheet)
    require(policies.may_enter(actor, sheet))
    basic = basic_expenditure(sheet.unit, sheet.year_id)
    if not basic.ruled:
        raise RuleViolation(_("No expenditure standard holds for this unit in %(year)s.") % {"year": sheet.year_id})
    if not basic.counted:
        raise RuleViolation(_("State the head counts of the unit first."))
    report = BasicReport(basic.total, retired=basic.retired)
    here: dict[int | None, list[BudgetLine]] = {}
    for line in sheet.lines.filter(kind=ExpenditureKind.BASIC).order_by("number"):
        here.setdefault(line.department_economic_id, []).append(line)
    missing = [line for line in basic.lines if line.economic.pk not in here]
    written = [
        changed
        for line in basic.lines
        if (found := here.get(line.economic.pk)) and (changed := _settled(line, found, report, replace))
    ]
    rewrite(written)
    report.changed, report.added = len(written), len(missing)
    _add(sheet, missing, function, fund)
    if missing or written:
        sheet.version += 1
        BudgetSheet.objects.filter(pk=sheet.pk).update(version=sheet.version, updated_at=timezone.now())
        evidence.append(
            "budget.basic_computed",
            sheet,
            actor,
            total=str(basic.total),
            added=report.added,
            changed=report.changed,
            kept=report.kept,
        )
    return report


def _settled(computed: ComputedLine, lines: list[BudgetLine], report: BasicReport, replace: bool) -> BudgetLine | None:
    """The line that takes the computed amount; None when nothing changes."""
    asked = sum((line.amount for line in lines), Decimal(0))
    if asked == computed.amount:
        report.same += 1
        return None
    largest = max(lines, key=lambda line: line.amount)
    amount = largest.amount + computed.amount - asked
    if (asked and not replace) or amount < 0:
        report.kept.append(computed.economic.code)
        return None
    largest.amount = amount
    if replace or not largest.note:
        largest.note = computed.formula
    return largest


def _add(sheet: BudgetSheet, rows: list[ComputedLine], function: Code, fund: Code) -> None:
    derived = derive_government_economic(sheet.year_id, sheet.unit.nature)
    number = sheet.lines.aggregate(last=Max("number"))["last"] or 0
    lines = []
    for place, row in enumerate(rows, number + 1):
        given = LineInput(
            function=function,
            department_economic=row.economic,
            fund=fund,
            amount=row.amount,
            kind=ExpenditureKind.BASIC,
            note=row.formula,
        )
        lines.append(filled(BudgetLine(sheet=sheet), sheet, given, place, derived))
    BudgetLine.objects.bulk_create(lines, batch_size=500)
