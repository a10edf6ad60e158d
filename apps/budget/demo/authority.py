"""The year in execution: approved, added to, re-allocated and paid from, by the acts of the people who do it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from apps.budget.demo.acting import carry_through, holder, officer, sign
from apps.budget.models import BudgetApproval, BudgetRound, Compilation
from apps.budget.services.approvals import fill_from_round
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityState, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.regions.models import Region, Unit
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_demo")
YEAR, BEFORE = 2026, 2025
SPENT = Decimal("0.95")  # of what a unit had in the year that is over
CITIES = {"150100": "呼财预", "150200": "包财预", "150700": "呼伦财预"}
BANNER, BANNER_NAME = "150102", "新财预"
PAID = (("0.30", "一季度办公经费"), ("0.15", "设备购置款"), ("0.05", "差旅费"))


def load_authority() -> None:
    """Chart of accounts, books, the approvals of three pilot cities and one district, and a year's acts in the district."""
    call_command("load_ledger_chart", verbosity=0)
    for code, name in (*CITIES.items(), (BANNER, BANNER_NAME)):
        _approve(Region.objects.get(code=code), name)
    _year_before(Region.objects.get(code=BANNER))
    city, banner = Region.objects.get(code="150100"), Region.objects.get(code=BANNER)
    _transfer(city, banner)
    _add(banner)
    unit = Unit.objects.filter(region=banner).order_by("code").first()
    if unit is not None:
        _reallocate(unit)
        _pay(unit)


def _head(number: str, title: str, day: date, **values: str) -> dict[str, Any]:
    return {"number": number, "title": title, "dated": day, "basis": "人民代表大会批准的2026年预算", **values}


def _approve(region: Region, name: str, year: int = YEAR) -> None:
    actor = officer(region)
    ledger.open_books(actor, region, year)
    head = _head(f"{name}〔{year}〕1号", f"关于批复{region.name}本级{year}年部门预算的通知", date(year, 2, 10))
    head["basis"] = f"人民代表大会批准的{year}年预算"
    document = ledger.draw_up(actor, region, year, DocumentKind.APPROVAL, head)
    fill_from_round(document, BudgetRound.SECOND_DOWN)
    ledger.submit_document(actor, document)
    sign(document)
    compilation = Compilation.objects.get(region=region, year=year, round=BudgetRound.SECOND_DOWN)
    BudgetApproval.objects.create(compilation=compilation, document=document, issued_at=timezone.now())


def _year_before(region: Region) -> None:
    """The district's year that is over, whose projects are evaluated: nearly all of it was paid, as brought in from before."""
    _approve(region, BANNER_NAME, BEFORE)
    rows = Authority.objects.filter(region=region, year=BEFORE, state=AuthorityState.EXECUTABLE)
    for authority in rows.select_related("balance").order_by("pk"):
        amount = (authority.balance.amount * SPENT).quantize(Decimal("0.01"))
        key = f"demo:{BEFORE}:{authority.pk}"
        ledger.reserve(ACTOR, authority, amount, key, "年度支付")
        ledger.spend(ACTOR, authority, amount, f"{key}:paid", key, "年度支付")


def _pool(region: Region, amount: str, number: str, title: str, day: date) -> Authority:
    actor = officer(region)
    document = ledger.draw_up(actor, region, YEAR, DocumentKind.REVENUE, _head(number, title, day))
    fund = Authority.objects.filter(region=region, year=YEAR).order_by("pk")[0].fund
    line = LineInput(Decimal(amount), elements={"fund": fund}, summary=title)
    return carry_through(actor, document, [line]).authorities.get()


def _transfer(city: Region, banner: Region) -> None:
    """The city passes money on: its document makes the district's own one, so that both sides tie."""
    title = "关于下达2026年草原生态保护补助资金的通知"
    pool = _pool(city, "6000000.00", "呼财农〔2026〕3号", "自治区下达草原生态保护补助资金", date(2026, 4, 8))
    actor = officer(city)
    head = _head("呼财农〔2026〕12号", title, date(2026, 4, 20))
    document = ledger.draw_up(actor, city, YEAR, DocumentKind.TRANSFER, head)
    carry_through(
        actor,
        document,
        [LineInput(Decimal("4500000.00"), origin=pool, elements={"receiving_region": banner}, summary=title)],
    )


def _add(banner: Region) -> None:
    """What came from above is given to units in the year (追加)."""
    actor = officer(banner)
    pool = Authority.objects.filter(region=banner, year=YEAR, state=AuthorityState.UNALLOCATED).order_by("pk")[0]
    given = Authority.objects.filter(
        region=banner, year=YEAR, state=AuthorityState.EXECUTABLE, fund__code=pool.fund.code
    )
    document = ledger.draw_up(
        actor,
        banner,
        YEAR,
        DocumentKind.SUPPLEMENT,
        _head("新财农〔2026〕5号", "关于追加草原生态保护补助资金的通知", date(2026, 5, 6)),
    )
    lines = [
        LineInput(Decimal("800000.00"), origin=pool, target=line, summary="草原生态保护补助资金")
        for line in given.filter(project=None).select_related("fund").order_by("unit__code", "-balance__amount")[:3]
    ]
    carry_through(actor, document, lines)


def _reallocate(unit: Unit) -> None:
    """The unit asks to move money from one class to another; its head, the office and the leader agree (调剂)."""
    clerk = holder("unit_clerk", unit=unit)
    rows = list(Authority.objects.filter(unit=unit, year=YEAR).select_related("fund").order_by("-balance__available"))
    origin = rows[0]
    target = next((row for row in rows[1:] if row.fund.code == origin.fund.code), None)
    if target is None:
        return
    head = _head("新调〔2026〕1号", "关于调剂经济科目的申请", date(2026, 8, 3), reason="取暖费实际支出高于预算")
    document = ledger.draw_up(clerk, unit.region, YEAR, DocumentKind.REALLOCATION, head, unit.pk)
    carry_through(clerk, document, [LineInput(Decimal("20000.00"), origin=origin, target=target, summary="调剂")])


def _pay(unit: Unit) -> None:
    """Payments of a year: paid, still on their way, and one refunded in part."""
    clerk = holder("unit_clerk", unit=unit)
    rows = Authority.objects.filter(unit=unit, year=YEAR, state=AuthorityState.EXECUTABLE).select_related("balance")
    for number, authority in enumerate(rows.order_by("pk")[:12], 1):
        for part, (share, what) in enumerate(PAID, 1):
            key = f"demo:{unit.code}:{number}:{part}"
            amount = (authority.balance.amount * Decimal(share)).quantize(Decimal("0.01"))
            if not amount:
                continue
            ledger.reserve(clerk, authority, amount, key, what)
            if part < 3:
                ledger.spend(clerk, authority, amount, f"{key}:paid", key, what)
    first = rows.order_by("pk")[0]
    ledger.refund(clerk, first, Decimal("10.00"), f"demo:{unit.code}:back", f"demo:{unit.code}:1:1", "退回多付款")
