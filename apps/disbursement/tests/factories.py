"""Accounts, connections and requests, brought about by the services of disbursement."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, make_world
from apps.disbursement import services
from apps.disbursement.models import AccountKind, DialectName, PayAccount, PaymentRequest, TreasuryLink
from apps.disbursement.services import RowInput
from apps.ledger.models import Authority
from apps.ledger.tests.factories import issue, make_pool
from apps.lowcode.models import Task, TaskState
from apps.lowcode.services import tasks
from imbudget.kit.actor import Actor
from imbudget.kit.testing.upon import kept_upon

OFFICE = "新城区财政局"
FLOW = settings.BASE_DIR / "fixtures" / "flows" / "disbursement.request.json"


def row(amount: str = "100.00", name: str = "阿拉坦·其木格", number: int = 1, **values: Any) -> RowInput:
    """A payee with an account of his own."""
    return RowInput(name, f"62284801{number:011}", Decimal(amount), **values)


@dataclass
class Treasury:
    """A unit with authority, its people, and the account and connection through which it pays."""

    world: World
    dialect: str = DialectName.MOF
    amount: str = "1000.00"
    authority: Authority = field(init=False)

    def __post_init__(self) -> None:
        call_command("load_flows", str(FLOW), verbosity=0)
        self.authority = issue(self.world, make_pool(self.world, "100000.00"), self.amount)
        self.unit, self.region = self.world.unit, self.world.unit.region
        self.account = PayAccount.objects.create(
            region=self.region,
            kind=AccountKind.FINANCE,
            name=f"{OFFICE}零余额账户",
            number="1501230100000000001",
            bank_name="中国农业银行新城支行",
            bank_code="103191052345",
        )
        self.clerk = make_actor("unit_clerk", self.unit)
        self.head = make_actor("unit_head", self.unit)
        self.officer = make_actor("treasury_clerk", self.region)
        self.keeper = make_actor("treasury_officer", self.region)
        self.link: TreasuryLink | None = None

    def connect(self, place: str = "sandbox", stamp_key: str = "") -> TreasuryLink:
        """The region's treasury."""
        self.link = TreasuryLink.objects.create(
            region=self.region,
            name="国库",
            dialect=self.dialect,
            place=place,
            holder=OFFICE,
            stamp_name="sandbox",
            stamp_key=stamp_key,
        )
        return self.link

    def request(self, *rows: RowInput, **head: Any) -> PaymentRequest:
        """A draft of the clerk."""
        values = {"account": self.account, "purpose": "2027年草原生态保护补助奖励"} | head
        return services.draw_up(self.clerk, self.authority, values, rows or (row(),))

    def submitted(self, *rows: RowInput, **head: Any) -> PaymentRequest:
        """Handed in: its money is held."""
        request = self.request(*rows, **head)
        services.submit_request(self.clerk, request)
        return request

    def approved(self, *rows: RowInput, **head: Any) -> PaymentRequest:
        """Approved by all steps: its voucher waits to be sent."""
        request = self.submitted(*rows, **head)
        self.sign(request)
        return request

    def sign(self, request: PaymentRequest) -> None:
        """复核, 签名, and 签章 where the flow asks for it."""
        for signer in (self.head, self.officer, self.keeper):
            if request.state == "submitted":
                tasks.approve(signer, self.task(signer))
                request.refresh_from_db()

    def task(self, actor: Actor) -> Task:
        """What waits for somebody."""
        return Task.objects.filter(user_id=actor.user_id, state=TaskState.OPEN).latest("pk")


@kept_upon(make_world)
def make_treasury(world: World, dialect: str = DialectName.MOF.value, amount: str = "1000.00") -> Treasury:
    """The same, put back from its rows where many tests begin with it."""
    return Treasury(world, dialect, amount)
