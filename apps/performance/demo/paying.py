"""Payments of the demonstration's projects, so that their execution has a course over the year."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.budget.demo.acting import holder
from apps.disbursement import services
from apps.disbursement.numbers import with_check_digit
from apps.disbursement.services import RowInput
from apps.ledger.models import Authority, AuthorityState
from apps.regions.models import Region

PROJECTS = 5  # lines of projects that are paid from in turn
PART = 8  # of its budget at a time
LEAST = Decimal("20000.00")
BUILDER = ("内蒙古蒙西建设工程有限责任公司", "中国建设银行呼和浩特支行", "105191000017")


def play_day(play: Any, region: Region, day: date) -> None:
    """Called on each day of the demonstration's payments: every second month the project's works are paid for."""
    rows = Authority.objects.filter(region=region, year=day.year, state=AuthorityState.EXECUTABLE, kind="project")
    rows = rows.filter(project__years__year=day.year, balance__available__gt=LEAST).select_related("unit", "balance")
    found = list(rows.distinct().order_by("pk")[:PROJECTS])
    if not found or day.month % 2 or day.day > 15:
        return
    authority = found[day.month // 2 % len(found)]
    name, bank, code = BUILDER
    amount = (authority.balance.amount / PART).quantize(Decimal("0.01"))
    row = RowInput(name, with_check_digit(f"62284899{region.code}001"), amount, bank, code)
    head = {"account": play.accounts[region.pk], "business": "normal", "purpose": f"{day.month}月工程进度款"}
    clerk = holder("unit_clerk", unit=authority.unit)
    request = services.draw_up(clerk, authority, head, [row])
    services.submit_request(clerk, request)
    play.sign(request)
