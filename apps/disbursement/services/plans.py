"""Plans of use: written by the unit, approved, adjusted by further sheets; where the region says so they stop payments."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from apps.codes.models import Code, FiscalYear
from apps.disbursement import policies
from apps.disbursement.models import Business, PaymentRequest, PaymentSetting, PlanLine, PlanState, UsePlan
from apps.disbursement.selectors.plans import PlanStanding, month_of, plans_control, shared_standing, standing_of
from apps.disbursement.services import papers
from apps.disbursement.services.papers import PLAN_PAPER, Chosen
from apps.evidence import services as evidence
from apps.ledger.models import Authority, Balance
from apps.lowcode.services.cases import lock_case
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.money import MAX_AMOUNT, rounded
from imbudget.kit.transitions import advance

MOST_LINES = 1_000
Key = tuple[int | None, int | None, int | None]  # authority, or fund and function


@dataclass(frozen=True, slots=True)
class LineInput:
    """A month of an authority, or of a fund and function; the amount in yuan, below zero where an earlier plan is cut."""

    month: int
    amount: Decimal
    authority: Authority | None = None
    fund: Code | None = None
    function: Code | None = None


@act
def draw_up_plan(actor: Actor, unit: Unit, year: FiscalYear, reason: str, lines: Sequence[LineInput]) -> UsePlan:
    """Begin a plan; the first one of a unit and year, or one that adds to the approved ones or takes from them."""
    require(policies.may_draw_up_plan(actor, unit.pk))
    plan = UsePlan(unit=unit, region_id=unit.region_id, year=year, reason=reason[:500], author_id=actor.user_id)
    plan.save()
    plan.refresh_from_db()
    _write(plan, lines)
    evidence.append("disbursement.plan_saved", plan, actor, total=plan.total)
    return plan


@act
def save_plan(actor: Actor, plan: UsePlan, revision: int, reason: str, lines: Sequence[LineInput]) -> None:
    """Make reason and lines exactly these."""
    require(policies.may_edit_plan(actor, plan))
    papers.take_revision(plan, revision)
    plan.reason = reason[:500]
    plan.save(update_fields=["reason"])
    plan.lines.all().delete()
    _write(plan, lines)
    evidence.append("disbursement.plan_saved", plan, actor, total=plan.total)


def _write(plan: UsePlan, lines: Sequence[LineInput]) -> None:
    if len(lines) > MOST_LINES:
        raise RuleViolation(_("A plan has at most %(most)s lines.") % {"most": MOST_LINES})
    for number, line in enumerate(lines, 1):
        reason = _wrong(plan, line)
        if reason:
            raise RuleViolation(_("Line %(number)s: %(reason)s") % {"number": number, "reason": reason})
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan,
            number=number,
            month=line.month,
            amount=line.amount,
            authority=line.authority,
            fund=line.fund,
            function=line.function,
        )
        for number, line in enumerate(lines, 1)
    )
    plan.total = sum((line.amount for line in lines), Decimal("0.00"))
    plan.save(update_fields=["total"])


def _wrong(plan: UsePlan, line: LineInput) -> str:
    """What is wrong with a line, in words."""
    if not 1 <= line.month <= 12:
        return _("The month is a number from 1 to 12.")
    amount = line.amount
    if not amount.is_finite() or abs(amount) >= MAX_AMOUNT or amount != rounded(amount) or not amount:
        return _("Write an amount in yuan, such as 12,345.60.")
    if (line.authority is None) == (line.fund is None or line.function is None):
        return _("A line of a plan names an authority, or a fund and a function.")
    if line.authority is not None and (line.authority.unit_id, line.authority.year_id) != (plan.unit_id, plan.year_id):
        return _("This authority is not one of the unit's of this year.")
    return ""


@act
def submit_plan(actor: Actor, plan: UsePlan, *, chosen: Chosen | None = None) -> None:
    """Hand a plan in; together with the approved ones it plans no more than there is, and in no month less than nothing."""
    require(policies.may_submit_plan(actor, plan))
    lock_case(PLAN_PAPER.subject, plan.pk)
    papers.lock(plan)
    if not plan.lines.exists():
        raise RuleViolation(_("The plan has no lines yet."))
    _refuse_unsound(plan)
    papers.hand_in(actor, PLAN_PAPER, plan, chosen)


@act
def withdraw_plan(actor: Actor, plan: UsePlan) -> None:
    """Take a plan back before it is decided."""
    require(policies.may_withdraw_plan(actor, plan))
    papers.take_back(actor, PLAN_PAPER, plan)


def approve_plan(actor: Actor, plan: UsePlan) -> None:
    """The flow has approved: the plan counts from now on, unless less is planned by now than is used already."""
    _lock_approved(plan.unit_id, plan.year_id)
    _refuse_unsound(plan)
    advance(PLAN_PAPER.table, plan, "approve")
    _refuse_below_use(plan)
    evidence.append("disbursement.plan_approved", plan, actor, total=plan.total)


@act
def set_plans_control(actor: Actor, region: Region, control: bool) -> None:
    """Say whether plans stop payments in this region (双控制)."""
    require(policies.may_set_payments(actor, region.pk))
    setting, _made = PaymentSetting.objects.get_or_create(region=region)
    setting.plans_control = control
    setting.save()
    evidence.append("disbursement.setting_saved", setting, actor, plans_control=control)


def refuse_over_plan(request: PaymentRequest) -> None:
    """Raise RuleViolation where plans control payments and less is left of the plan by this month.

    The unit's approved plans stay locked until the request holds its money.
    """
    if request.business == Business.REFUND or not plans_control(request.region_id):
        return
    _lock_approved(request.unit_id, request.year_id)
    now = standing_of(request.authority)
    if request.total > now.left:
        words = {
            "month": month_of(request.year_id),
            "planned": f"{now.planned:,.2f}",
            "used": f"{now.used:,.2f}",
            "left": f"{now.left:,.2f}",
        }
        text = _(
            "The plan of use allows %(planned)s up to month %(month)s, %(used)s is paid or on its way: "
            "%(left)s is left. Have the plan adjusted first."
        )
        raise RuleViolation(text % words)


def _lock_approved(unit_id: int, year: int) -> None:
    rows = UsePlan.objects.filter(unit=unit_id, year=year, state=PlanState.APPROVED).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _refuse_unsound(plan: UsePlan) -> None:
    for key, months in _planned(plan).items():
        if any(sum(amount for at, amount in months.items() if at <= month) < 0 for month in range(1, 13)):
            raise RuleViolation(
                _("With this plan less than nothing would be planned for %(what)s.") % {"what": _named(key)}
            )
        if key[0] is None:
            continue
        most = Balance.objects.filter(authority=key[0]).aggregate(
            sum=Sum(F("amount") + F("increased") - F("decreased"))
        )
        if sum(months.values()) > most["sum"]:
            words = {"what": _named(key), "planned": f"{sum(months.values()):,.2f}", "amount": f"{most['sum']:,.2f}"}
            raise RuleViolation(_("%(planned)s would be planned for %(what)s, which has %(amount)s.") % words)


def _planned(plan: UsePlan) -> Mapping[Key, Mapping[int, Decimal]]:
    """By what the plan's lines are about: month → amount, together with what is approved."""
    approved = PlanLine.objects.filter(plan__state=PlanState.APPROVED, plan__unit=plan.unit_id, plan__year=plan.year_id)
    names = ("authority", "fund", "function", "month", "amount")
    wanted = {row[:3] for row in plan.lines.values_list(*names)}
    found: dict[Key, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for *key, month, amount in [*plan.lines.values_list(*names), *approved.exclude(plan=plan).values_list(*names)]:
        if tuple(key) in wanted:
            found[key[0], key[1], key[2]][month] += amount
    return found


def _named(key: Key) -> str:
    if key[0] is not None:
        return f"№ {key[0]}"
    codes = Code.objects.in_bulk([pk for pk in key[1:] if pk is not None])
    return " · ".join(str(code) for code in codes.values())


def _refuse_below_use(plan: UsePlan) -> None:
    """Only where plans control payments: there what is used must have been planned."""
    if not plans_control(plan.region_id):
        return
    for key, now in _standings(plan):
        if now.left < 0:
            words = {"what": _named(key), "used": f"{now.used:,.2f}", "planned": f"{now.planned:,.2f}"}
            raise RuleViolation(
                _("Of %(what)s %(used)s is used already: %(planned)s is too little to plan by now.") % words
            )


def _standings(plan: UsePlan) -> Iterator[tuple[Key, PlanStanding]]:
    """How each thing stands that the plan cuts: an authority, or a fund and a function."""
    cut = plan.lines.filter(amount__lt=0)
    for authority in Authority.objects.filter(pk__in=cut.filter(authority__isnull=False).values("authority")):
        yield (authority.pk, None, None), standing_of(authority)
    for fund, function in cut.filter(authority=None).values_list("fund", "function").distinct():
        yield (None, fund, function), shared_standing(plan, fund, function)
