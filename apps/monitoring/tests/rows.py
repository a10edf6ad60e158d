"""One of everything in monitoring of the first banner, for tests that open every address."""

from datetime import date
from typing import Any

from apps.accounts.tests.factories import make_actor
from apps.disbursement.models import PaymentRequest
from apps.monitoring import services
from apps.monitoring.models import Alarm, Exemption
from apps.monitoring.tests.factories import SYSTEM, rule_of


def watched_payment(request: PaymentRequest) -> dict[str, Any]:
    """A rule of the request's region, an exception from it, and an alarm of the request, which is a draft still."""
    version = rule_of(request.region, condition={"fact": "amount", "op": ">", "value": "0.00"})
    officer = make_actor("treasury_officer", request.region)
    values = {"kind": "payee", "value": "某公司", "basis": "批复", "valid_from": date(2020, 1, 1)}
    exemption: Exemption = services.add_exemption(officer, version.rule, values)
    services.try_version(officer, version, request.year_id)
    services.watch(SYSTEM, request)
    return {"alarm": Alarm.objects.get(request=request), "rule": version.rule, "exemption": exemption}


def by_address(rows: dict[str, Any]) -> dict[str, Any]:
    """Beginning of an address's name → the row it is about."""
    return {
        "monitoring:alarm": rows["alarm"],
        "monitoring:exemption_end": rows["exemption"],
        "monitoring:": rows["rule"],
    }
