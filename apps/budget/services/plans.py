"""Acts on timetables, on the days of acts, and on the statutory terms."""

from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import ActDay, BudgetAct, BudgetRound, BudgetSheet, ControlFigure, RoundPlan, StatutoryClock
from apps.budget.services.locks import refuse_closed_year, refuse_unknown_year
from apps.evidence import services as evidence
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require

IN_PLAN = frozenset({BudgetAct.CONGRESS, BudgetAct.ANNOUNCED})  # acts whose days stand in the timetable
IN_ORDER = ("announced_on", "first_up_due", "first_down_due", "second_up_due", "approved_on", "second_down_due")


@act
def save_plan(actor: Actor, plan: RoundPlan) -> None:
    """Keep a region's timetable. A round that has been begun stays in it, and its days follow each other."""
    require(policies.may_keep_plan(actor, plan.region_id))
    refuse_unknown_year(plan.year_id)
    refuse_closed_year(plan.year_id)
    days = [day for name in IN_ORDER if (day := getattr(plan, name)) is not None]
    if any(later < earlier for earlier, later in pairwise(days)):
        raise RuleViolation(_("The days of a timetable follow each other from the announcement to the approval."))
    _refuse_begun(plan)
    changes = differences(plan)
    plan.full_clean()
    plan.save()
    evidence.append("budget.plan_saved", plan, actor, changes=changes)


def _refuse_begun(plan: RoundPlan) -> None:
    dropped = set(BudgetRound.values) - set(plan.rounds)
    begun = BudgetSheet.objects.filter(region=plan.region_id, year=plan.year_id, round__in=dropped).order_by()
    found = set(begun.values_list("round", flat=True).distinct())
    given = ControlFigure.objects.issued().filter(region=plan.region_id, year=plan.year_id)
    if BudgetRound.FIRST_DOWN in dropped and given.exists():
        found.add(BudgetRound.FIRST_DOWN)
    if found:
        labels = ", ".join(str(BudgetRound(round_).label) for round_ in BudgetRound.values if round_ in found)
        raise RuleViolation(
            _("These rounds have been begun and stay in the timetable: %(rounds)s.") % {"rounds": labels}
        )


@act
def record_act_day(actor: Actor, region: Region, year: int, values: dict[str, Any]) -> ActDay:
    """Write down the day on which an act took place; written again, the day is corrected."""
    require(policies.may_keep_plan(actor, region.pk))
    refuse_unknown_year(year)
    refuse_closed_year(year)
    day: date = values["day"]
    if values["act"] in IN_PLAN:
        raise RuleViolation(_("This day stands in the timetable of the region."))
    if day > timezone.localdate():
        raise RuleViolation(_("An act that has not taken place has no day yet."))
    key = {"region": region, "year_id": year, "act": values["act"], "subject": values.get("subject", "")}
    row = ActDay.objects.filter(**key).first() or ActDay(**key)
    row.day, row.document = day, values.get("document", "")
    changes = differences(row)
    row.save()
    evidence.append("budget.act_recorded", row, actor, year=year, changes=changes)
    return row


@act
def save_clock(actor: Actor, clock: StatutoryClock) -> None:
    """Keep a statutory term that a form has filled."""
    require(policies.may_keep_settings(actor))
    changes = differences(clock)
    clock.full_clean()
    clock.save()
    evidence.append("budget.clock_saved", clock, actor, changes=changes)


@act
def put_clock(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a statutory term; returns created, changed or same."""
    require(policies.may_keep_settings(actor))
    clock = StatutoryClock.objects.filter(code=code).first() or StatutoryClock(code=code)
    changed = {name for name, value in values.items() if getattr(clock, name) != value}
    if clock.pk and not changed:
        return "same"
    outcome = "changed" if clock.pk else "created"
    for name in changed:
        setattr(clock, name, values[name])
    clock.full_clean()
    clock.save()
    return outcome


@act
def record_clock_import(actor: Actor, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of statutory terms."""
    evidence.append("budget.clocks_imported", None, actor, file=file, **counts)
