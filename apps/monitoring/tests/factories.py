"""Rules, payments and alarms for tests."""

import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World
from apps.disbursement.tests.factories import Treasury, make_treasury, row
from apps.monitoring import services
from apps.monitoring.models import Alarm, RuleVersion, ViolationType
from apps.monitoring.services.rules import enforce
from apps.regions.models import Region
from imbudget.kit.actor import Actor, system_actor

FILE = settings.BASE_DIR / "fixtures" / "monitoring" / "rules.json"
FLOW = settings.BASE_DIR / "fixtures" / "flows" / "monitoring.rule.json"
SYSTEM = system_actor("tests")
D = Decimal
BIG = {"fact": "amount", "op": ">=", "value": "100.00"}


@lru_cache
def shipped() -> dict[str, Any]:
    """The shipped rules by their codes."""
    return {rule["code"]: rule for rule in json.loads(FILE.read_text(encoding="utf-8"))["rules"]}


@dataclass
class Given:
    """One payee of a payment whose facts are given."""

    facts: dict[str, Any]

    @property
    def number(self) -> int:
        return 1

    @property
    def name(self) -> str:
        return self.facts["payee_name"]

    @property
    def amount(self) -> Decimal:
        return self.facts["amount"]

    index = b""


HEAD = {
    "total": D("20000.00"),
    "purpose": "购置办公用纸",
    "purpose_length": 6,
    "business": "normal",
    "settlement": "1",
    "department_economic": "30226",
    "government_economic": "50299",
    "economic_fits": True,
    "function": "2010301",
    "fund": "111",
    "kind": "basic",
    "project_code": "",
    "document_number": "",
    "unit_code": "101001",
    "unit_nature": "admin",
    "is_upper": False,
    "is_direct": False,
    "is_debt": False,
    "is_procurement": False,
    "has_contract": False,
    "available": D("1000.00"),
    "execution_rate": D("50"),
    "month": 5,
    "days_left": 200,
    "hour": 10,
    "is_working_day": True,
    "watched_item": None,
    "payees": 1,
}
ROW = {
    "amount": D("20000.00"),
    "payee_name": "呼和浩特市蒙原纸业有限公司",
    "payee_kind": "company",
    "round_hundreds": True,
    "account_names": 1,
    "account_is_own": False,
    "payee_times": 3,
    "payee_times_year": 2,
    "payee_sum_year": D("40000.00"),
    "payee_least_year": D("20000.00"),
    "same_30_days": 0,
    "account_other_name": False,
    "failed_before": 0,
}


class Paid:
    """A payment that no rule has anything to say of, but for these facts."""

    def __init__(self, **facts: Any) -> None:
        self.head = HEAD | {key: value for key, value in facts.items() if key not in ROW}
        values = ROW | {key: value for key, value in facts.items() if key in ROW}
        self.rows = (Given(values | {"words": f"{self.head['purpose']} {values['payee_name']}"}),)


def load_all() -> None:
    """All that the product ships, in force for the whole region."""
    call_command("load_monitoring_rules", verbosity=0, stdout=io.StringIO())
    call_command("load_flows", str(FLOW), verbosity=0)


def rule_of(region: Region, code: str = "X1", **values: Any) -> RuleVersion:
    """A rule in force: amounts of 100 yuan and more are warned of."""
    given = {
        "name_zh_hans": "大额",
        "text_zh_hans": "请核对。",
        "basis_zh_hans": "测试办法",
        "condition": BIG,
        "valid_from": date(2020, 1, 1),
        "mode": "warn",
        "level": "yellow",
        "phase": "act",
    }
    version = services.start_rule(SYSTEM, region, code, given | values)
    enforce(version, "load")
    version.refresh_from_db()
    return version


@dataclass
class Watch:
    """A treasury whose payments are watched by one rule, with the people who judge."""

    treasury: Treasury
    version: RuleVersion
    judge: Actor
    head: Actor

    def alarm(self, amount: str = "150.00", **head: Any) -> Alarm:
        """An alarm of a payment that was handed in."""
        request = self.treasury.submitted(row(amount), **head)
        services.watch(self.treasury.clerk, request)  # the hand-in does it too where it asks its watchers
        return Alarm.objects.get(request=request, rule=self.version.rule)

    def violation(self, alarm: Alarm | None = None, **values: Any) -> Alarm:
        """The same, judged a violation."""
        alarm = alarm or self.alarm()
        services.judge_violation(self.judge, alarm, finding(**values))
        return alarm


def finding(**values: Any) -> dict[str, Any]:
    """A finding that may be written."""
    kind, _new = ViolationType.objects.get_or_create(code="03", defaults={"name_zh_hans": "资金使用方向错误"})
    return {
        "violation": kind,
        "finding": "收款人不是最终收款人",
        "demands": "退回资金并改付",
        "refund": D("100.00"),
        "adjust": D("0.00"),
        "other": D("0.00"),
        "due": date(2999, 1, 1),
    } | values


def make_watch(world: World) -> Watch:
    """A treasury with one rule of its region."""
    treasury = make_treasury(world)
    version = rule_of(treasury.region)
    return Watch(treasury, version, make_actor("treasury_clerk", treasury.region), treasury.head)
