"""Payees, contracts and plans, brought about by their services."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.codes.models import FiscalYear
from apps.disbursement import services
from apps.disbursement.models import Contract, Payee, PaymentSetting, UsePlan
from apps.disbursement.services import contracts, plans
from apps.disbursement.services.contracts import StageInput
from apps.disbursement.services.plans import LineInput
from apps.disbursement.tests.factories import Treasury
from apps.disbursement.transitions import CONTRACT, PLAN
from imbudget.kit.transitions import advance

ACCOUNT = "6228480100000000001"
NAME = "蒙草生态股份公司"


def make_payee(treasury: Treasury, **values: Any) -> Payee:
    """One of the register."""
    given = {"kind": "org", "name": NAME, "account": ACCOUNT, "bank_name": "农行"} | values
    return services.enter_payee(treasury.clerk, given)


def make_contract(
    treasury: Treasury, payee: Payee, *stages: StageInput, active: bool = True, **values: Any
) -> Contract:
    """Of 500 with 50 kept until 2099; in force unless it is to stay a draft."""
    given = {
        "number": "HT-2027-1",
        "name": "草原围栏工程",
        "payee": payee,
        "amount": Decimal("500.00"),
        "retention": Decimal("50.00"),
        "retention_until": date(2099, 1, 1),
        "signed_on": date(2026, 3, 1),
    } | values
    contract = contracts.draw_up_contract(treasury.clerk, treasury.unit, given, stages)
    if active:
        advance(CONTRACT, contract, "submit")
        advance(CONTRACT, contract, "approve")
    return contract


def make_plan(treasury: Treasury, *lines: LineInput, approved: bool = True) -> UsePlan:
    """Of the unit and the year of its authority."""
    year = FiscalYear.objects.get(pk=treasury.authority.year_id)
    plan = plans.draw_up_plan(treasury.clerk, treasury.unit, year, "", lines)
    if approved:
        advance(PLAN, plan, "submit")
        advance(PLAN, plan, "approve")
    return plan


def control(treasury: Treasury) -> None:
    """From now on plans stop payments of the region."""
    PaymentSetting.objects.update_or_create(region=treasury.region, defaults={"plans_control": True})
