"""How much a unit has planned to pay by a month, and how much of it is used."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from apps.disbursement.models import PaymentSetting, PlanLine, PlanState, UsePlan
from apps.ledger.models import Authority, AuthorityState, Balance

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Amounts in yuan as of a month: what approved plans allow, and what is paid or on its way."""

    planned: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.planned - self.used


def plans_control(region_id: int) -> bool:
    """Whether the region stops payments at the plan (双控制)."""
    return PaymentSetting.objects.filter(region_id=region_id, plans_control=True).exists()


def month_of(year: int, day: date | None = None) -> int:
    """The month up to which the plan of a year counts on a day; today where none is given."""
    day = day or timezone.localdate()
    return day.month if day.year == year else 12 if day.year > year else 1


def standing_of(authority: Authority) -> PlanStanding:
    """Of the authority's own lines, or else of the unit's lines with its fund and function."""
    month = month_of(authority.year_id)
    lines = _approved(authority)
    own = lines.filter(authority=authority)
    if own.exists():
        return PlanStanding(_sum(own, month), _used(Balance.objects.filter(authority=authority)))
    return _shared(lines, authority.unit_id, authority.year_id, (authority.fund_id, authority.function_id))


def shared_standing(plan: UsePlan, fund: int, function: int) -> PlanStanding:
    """Of the unit's lines with this fund and function, and all authority that has no lines of its own."""
    lines = PlanLine.objects.filter(plan__state=PlanState.APPROVED, plan__unit=plan.unit_id, plan__year=plan.year_id)
    return _shared(lines, plan.unit_id, plan.year_id, (fund, function))


def _shared(
    lines: QuerySet[PlanLine], unit_id: int | None, year: int, key: tuple[int | None, int | None]
) -> PlanStanding:
    fund, function = key
    own = lines.filter(authority=None, fund=fund, function=function)
    alike = Balance.objects.filter(
        authority__unit=unit_id,
        authority__year=year,
        authority__state=AuthorityState.EXECUTABLE,
        authority__fund=fund,
        authority__function=function,
    ).exclude(authority__in=lines.filter(authority__isnull=False).values("authority"))
    return PlanStanding(_sum(own, month_of(year)), _used(alike))


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What of the plans a payment goes by: the last line that counts for it, what is approved for its month and up to it."""

    line: PlanLine | None
    month: int
    of_month: Decimal
    planned: Decimal


def plan_part(authority: Authority, day: date) -> PlanPart:
    """The part of the approved plans that a payment out of this authority goes by on a day."""
    month = month_of(authority.year_id, day)
    lines = _approved(authority)
    own = lines.filter(authority=authority)
    if not own.exists():
        own = lines.filter(authority=None, fund=authority.fund_id, function=authority.function_id)
    until = own.filter(month__lte=month)
    last = until.select_related("plan").order_by("month", "plan_id", "number").last()
    return PlanPart(last, month, _sum(until.filter(month=month), month), _sum(until, month))


def _approved(authority: Authority) -> QuerySet[PlanLine]:
    return PlanLine.objects.filter(
        plan__state=PlanState.APPROVED, plan__unit=authority.unit_id, plan__year=authority.year_id
    )


def _sum(lines: QuerySet[PlanLine], month: int) -> Decimal:
    return lines.filter(month__lte=month).aggregate(sum=Sum("amount"))["sum"] or ZERO


def _used(balances: QuerySet[Balance]) -> Decimal:
    return balances.aggregate(sum=Sum(F("reserved") + F("spent")))["sum"] or ZERO
