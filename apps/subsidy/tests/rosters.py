"""Rosters on their way: made, approved, published, paid, as the people do it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, make_world
from apps.disbursement.models import Outcome as RowOutcome
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.tests.factories import Treasury, make_treasury
from apps.lowcode.models import Task, TaskState
from apps.lowcode.services import tasks
from apps.review.models import SeenDay
from apps.subsidy.models import Roster, RosterState, Subsidy
from apps.subsidy.services import objections, payments, publicity, rosters
from apps.subsidy.tests.factories import Register, make_register
from imbudget.kit.actor import Actor
from imbudget.kit.testing.upon import kept_upon

FLOW = settings.BASE_DIR / "fixtures" / "flows" / "subsidy.roster.json"
REASON = "账号户名不符"


@dataclass
class Office:
    """The unit that files rosters, whoever signs them, and what pays them."""

    world: World
    given: Treasury | None = None
    register: Register = field(init=False)

    def __post_init__(self) -> None:
        call_command("load_flows", str(FLOW), verbosity=0)
        self.treasury = self.given or make_treasury(self.world, amount="5000.00")
        self.register = make_register(self.world)
        self.unit, self.region = self.world.unit, self.register.region
        self.clerk, self.head = self.treasury.clerk, self.treasury.head
        self.officer = make_actor("banner_officer", self.region)
        self.reviewer = make_actor("department_reviewer", self.unit.department)
        # The authority of the tests is of class 302.
        Subsidy.objects.update(economic_prefix="302")
        self.subsidy = Subsidy.objects.get(code="CYBZ")

    def begun(self, **values: Any) -> Roster:
        return rosters.begin_roster(self.clerk, self.unit, self.subsidy, 2027, values)

    def made(self, **values: Any) -> Roster:
        roster = self.begun(**values)
        rosters.make_lines(self.clerk, roster)
        return roster

    def approved(self, **values: Any) -> Roster:
        roster = self.made(**values)
        rosters.submit_roster(self.clerk, roster)
        for signer in (self.head, self.reviewer, self.officer):
            tasks.approve(signer, self.task(signer))
        return fresh(roster)

    def published(self, **values: Any) -> Roster:
        roster = self.approved(**values)
        publicity.publish_roster(self.clerk, roster, "0471-1234567")
        return roster

    def ready(self, **values: Any) -> Roster:
        roster = self.published(**values)
        days_pass(roster)
        publicity.end_publicity(self.clerk, roster)
        return roster

    def asked(self, **values: Any) -> tuple[Roster, PaymentRequest]:
        roster = self.ready(**values)
        [request] = payments.draw_up_payments(self.clerk, roster, self.treasury.authority, self.treasury.account)
        return roster, request

    def task(self, actor: Actor) -> Task:
        return Task.objects.filter(user_id=actor.user_id, state=TaskState.OPEN).latest("pk")


def days_pass(roster: Roster, days: int = 8, unseen: int | None = None) -> None:
    """The notice was put up so many days ago, and the system was seen on each of them but one."""
    today, now = timezone.localdate(), timezone.now()
    start = today - timedelta(days=days)
    until = start + timedelta(days=roster.subsidy.publicity_days)
    Roster.objects.filter(pk=roster.pk).update(published_on=start, public_until=until)
    for day in set(range(days + 1)) - {unseen}:
        SeenDay.objects.get_or_create(day=start + timedelta(days=day), defaults={"first_at": now, "last_at": now})
    roster.refresh_from_db()


def answer(request: PaymentRequest, failed: set[int]) -> None:
    """What the bank says of each row, as disbursement writes it, and then calls whoever follows."""
    rows = PaymentRow.objects.filter(request=request)
    rows.filter(number__in=failed).update(outcome=RowOutcome.FAILED, reason=REASON, reason_code="E01")
    rows.exclude(number__in=failed).update(outcome=RowOutcome.PAID, paid_on=timezone.localdate())
    paid = sum(row.amount for row in rows.exclude(number__in=failed))
    PaymentRequest.objects.filter(pk=request.pk).update(paid=paid)
    request.refresh_from_db()
    payments.settle(request)


def fresh(roster: Roster) -> Roster:
    return Roster.objects.select_related("subsidy", "region", "unit", "place").get(pk=roster.pk)


@kept_upon(make_world)
def make_office(world: World) -> Office:
    """The same, put back from its rows where many tests begin with it."""
    return Office(world)


def by_address(world: World, treasury: Treasury) -> dict[str, Any]:
    """One of everything, by the beginning of the addresses that show it."""
    office = Office(world, treasury)
    roster = office.published()
    line = roster.lines.get(number=1)
    objection = objections.record_objection(office.clerk, roster, line, "面积不符")
    return {
        "subsidy:subsidy": office.subsidy,
        "subsidy:standard": office.subsidy.standards.get(),
        "subsidy:household": line.household,
        "subsidy:lines": roster,
        "subsidy:line": line,
        "subsidy:objection_new": roster,
        "subsidy:objection": objection,
        "subsidy:roster": roster,
        "subsidy:public_roster": roster,
    }


__all__ = ["REASON", "Office", "RosterState", "answer", "by_address", "days_pass", "fresh", "make_office"]
