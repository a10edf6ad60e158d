"""Acts on the lines of a budget sheet: open, fill in, comment. Handing in and what follows: services/handing.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, SheetRemark, SheetState
from apps.budget.models.sheet import kind_of
from apps.budget.selectors.collection import units_due
from apps.budget.services.lines import rewrite
from apps.budget.services.locks import (
    refuse_closed_year,
    refuse_round_not_run,
    refuse_unknown_year,
)
from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.evidence import services as evidence
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@dataclass(frozen=True, slots=True)
class LineInput:
    """One line as a person wrote it; the government class is derived, never given."""

    function: Code
    department_economic: Code | None
    fund: Code
    amount: Decimal
    pk: int | None = None
    kind: str = ""
    project_code: str = ""
    project_name: str = ""
    prior_approved: Decimal | None = None
    prior_executed: Decimal | None = None
    note: str = ""


# 一上 and 二上 go upwards; 一下 and 二下 come down from the finance office.
ROUNDS_OF_UNITS = frozenset({BudgetRound.FIRST_UP, BudgetRound.SECOND_UP})


@act
def open_sheet(actor: Actor, unit: Unit, year: int, round_: str) -> BudgetSheet:
    """The unit's sheet of the round, begun when there is none."""
    require(policies.may_open_sheet(actor, unit))
    refuse_unknown_year(year)
    refuse_closed_year(year)
    if round_ not in ROUNDS_OF_UNITS:
        raise RuleViolation(_("In this round the finance office gives figures; units hand nothing in."))
    refuse_round_not_run([unit.region_id], year, round_)
    if not units_due(unit.region, year).filter(pk=unit.pk).exists():
        raise RuleViolation(
            _("%(region)s has no budget unit with this code in %(year)s.") % {"region": unit.region, "year": year}
        )
    sheet, created = BudgetSheet.objects.get_or_create(
        unit=unit,
        year_id=year,
        round=round_,
        defaults={"region_id": unit.region_id, "league_id": unit.league_id},
    )
    if created:
        evidence.append("budget.sheet_opened", sheet, actor, year=year, round=round_)
        if round_ == BudgetRound.SECOND_UP:
            _begin_from_first(actor, sheet)
    return sheet


def _begin_from_first(actor: Actor, sheet: BudgetSheet) -> None:
    """The second submission begins with the lines that were accepted in the first one."""
    source = BudgetSheet.objects.filter(
        unit=sheet.unit_id, year=sheet.year_id, round=BudgetRound.FIRST_UP, state=SheetState.ACCEPTED
    ).first()
    if source is None:
        return
    lines = list(source.lines.order_by("number"))
    for line in lines:
        line.pk, line.sheet, line.round = None, sheet, sheet.round
    BudgetLine.objects.bulk_create(lines, batch_size=500)
    sheet.refresh_from_db(fields=["total"])
    evidence.append("budget.lines_copied", sheet, actor, source=str(source), added=len(lines), filled=0, retired=[])


@act
def save_lines(
    actor: Actor, sheet: BudgetSheet, version: int, lines: Sequence[LineInput], declared_total: Decimal | None
) -> None:
    """Make the sheet's lines exactly these, in this order.

    Raises RuleViolation when someone else saved the sheet since `version` was read.
    """
    require(policies.may_enter(actor, sheet))
    refuse_closed_year(sheet.year_id)
    taken = BudgetSheet.objects.filter(pk=sheet.pk, version=version, state=sheet.state).update(
        version=F("version") + 1, declared_total=declared_total, updated_at=timezone.now()
    )
    if not taken:
        raise RuleViolation(
            _(
                "Someone else saved this sheet while you were working on it. Open it again in a second window and compare before you save."
            )
        )
    derived = derive_government_economic(sheet.year_id, sheet.unit.nature)
    known = {line.pk: line for line in sheet.lines.select_for_update(of=("self",))}
    new: list[BudgetLine] = []
    changed: list[BudgetLine] = []
    for number, given in enumerate(lines, 1):
        line = known.pop(given.pk, None) if given.pk else None
        (changed if line else new).append(filled(line or BudgetLine(sheet=sheet), sheet, given, number, derived))
    BudgetLine.objects.filter(pk__in=known).delete()
    rewrite(changed)
    BudgetLine.objects.bulk_create(new, batch_size=500)
    evidence.append("budget.lines_saved", sheet, actor, lines=len(lines), version=version + 1)


def filled(line: BudgetLine, sheet: BudgetSheet, given: LineInput, number: int, derived: dict[int, int]) -> BudgetLine:
    """The line with what a person wrote, its number, and what the database would copy into it."""
    line.unit_id, line.region_id, line.league_id = sheet.unit_id, sheet.region_id, sheet.league_id
    line.year_id, line.round = sheet.year_id, sheet.round
    line.number = number
    line.function_id, line.fund_id = given.function.pk, given.fund.pk
    economic = given.department_economic.pk if given.department_economic else None
    line.department_economic_id, line.government_economic_id = economic, derived.get(economic) if economic else None
    line.kind = given.kind or kind_of(given.project_code, given.project_name)
    line.project_code, line.project_name, line.note = given.project_code, given.project_name, given.note
    line.amount, line.prior_approved, line.prior_executed = given.amount, given.prior_approved, given.prior_executed
    return line


@act
def remark_on_sheet(actor: Actor, sheet: BudgetSheet, text: str) -> SheetRemark:
    """Leave a comment on a sheet."""
    require(policies.may_remark(actor, sheet))
    remark = SheetRemark.objects.create(sheet=sheet, user_id=actor.user_id, post_label=actor.post_label, text=text)
    evidence.append("budget.remarked", sheet, actor, text=text)
    return remark
