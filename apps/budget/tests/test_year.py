"""A whole budget year of three regions by services alone: 布置 → 一上 → 一下 → 二上 → 批复 → 追加 → 调剂 → 支付 → 结转 → 结账."""

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import F, Sum

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, RoundPlan
from apps.budget.services.control import FigureInput, issue_control_figures, set_control_figures
from apps.budget.services.plans import save_plan
from apps.budget.tests.factories import SYSTEM, accept, fresh, fresh_compilation, line, officer_of
from apps.codes.tests.factories import make_codes
from apps.ledger import services as ledger
from apps.ledger.models import Authority, Balance, Books, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import head, load_chart
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

D = Decimal
YEAR = 2027


class Office:
    """One region's people through the year: the unit's clerk and head, the budget officer, the leader."""

    def __init__(self, unit: Unit, number: int) -> None:
        self.unit, self.number = unit, number
        self.clerk, self.head = make_actor("unit_clerk", unit), make_actor("unit_head", unit)
        self.officer, self.leader = officer_of(unit.region), make_actor("finance_leader", unit.region)

    def hand_in(self, codes, round_: str, amounts: Iterable[str]) -> BudgetSheet:
        sheet = services.open_sheet(self.clerk, self.unit, YEAR, round_)
        sheet = fresh(sheet)
        wages, office = amounts
        lines = [line(codes, wages), line(codes, office, department_economic=codes.office)]
        services.save_lines(self.clerk, sheet, sheet.version, lines, None)
        services.submit_sheet(self.head, fresh(sheet))
        accept(sheet, self.officer)
        return fresh(sheet)

    def control(self, codes, amount: str) -> None:
        figures = [
            FigureInput(
                codes.fund.pk, "basic", D(amount), department_id=department, unit_id=unit, reason="压减一般性支出"
            )
            for department, unit in ((None, None), (self.unit.department_id, None), (None, self.unit.pk))
        ]
        set_control_figures(self.officer, self.unit.region, YEAR, figures)
        issue_control_figures(self.officer, self.unit.region, YEAR, "财预〔2026〕9号")

    def document(self, actor: Actor, kind: str, lines: list[LineInput], year: int = YEAR, unit: int | None = None):
        document = ledger.draw_up(actor, self.unit.region, year, kind, head(), unit)
        ledger.save_document(actor, document, document.revision, {}, lines)
        ledger.submit_document(actor, document)
        sign(document)
        document.refresh_from_db()
        assert document.state == "posted"
        return document


def sign(document) -> None:
    """Everybody signs whose turn it is."""
    while task := Task.objects.filter(
        case__subject="ledger.document", case__document_id=document.pk, state="open"
    ).first():
        tasks.approve(actor_of(Post.objects.with_nodes().select_related("user").get(pk=task.post_id)), task)


def available(**where) -> Decimal:
    return Balance.objects.filter(**where).aggregate(total=Sum("available"))["total"] or D(0)


@pytest.fixture
def codes(world):
    load_chart()
    call_command("load_flows", verbosity=0)
    make_codes(YEAR + 1)
    return world.codes


def run_year(office: Office, codes) -> None:
    unit, region = office.unit, office.unit.region
    save_plan(office.officer, RoundPlan(region=region, year_id=YEAR, announced_on=date(2026, 7, 1)))
    office.hand_in(codes, BudgetRound.FIRST_UP, ("700.00", "400.00"))
    office.control(codes, "1000.00")
    with pytest.raises(RuleViolation):  # a cent above the control figure stops the hand-in
        office.hand_in(codes, BudgetRound.SECOND_UP, ("700.00", "300.01"))
    office.hand_in(codes, BudgetRound.SECOND_UP, ("650.00", "350.00"))
    compilation = services.open_compilation(office.officer, region, YEAR, BudgetRound.SECOND_UP)
    services.compile_budget(office.officer, compilation, "下级未报")
    approval = services.draw_up_approval(office.officer, fresh_compilation(compilation), head())
    sign(approval)
    wages, money = Authority.objects.filter(document=approval).order_by("department_economic__code")
    assert available(authority__document=approval) == D("1000.00")

    pool = office.document(
        office.officer, DocumentKind.REVENUE, [LineInput(D("500.00"), elements={"fund": codes.fund})]
    ).authorities.get()
    office.document(office.officer, DocumentKind.SUPPLEMENT, [LineInput(D("300.00"), origin=pool, target=money)])
    office.document(
        office.clerk, DocumentKind.REALLOCATION, [LineInput(D("50.00"), origin=wages, target=money)], unit=unit.pk
    )
    ledger.reserve(office.clerk, money, D("600.00"), f"{office.number}:1")
    ledger.spend(office.clerk, money, D("600.00"), f"{office.number}:1:paid", f"{office.number}:1")

    books = Books.objects.get(region=region, year=YEAR)
    with pytest.raises(RuleViolation):
        ledger.close_books(office.officer, books)
    ledger.open_books(office.officer, region, YEAR + 1)
    rest = Authority.objects.filter(region=region, year=YEAR, balance__available__gt=0).select_related("balance")
    office.document(
        office.officer,
        DocumentKind.CARRY_OVER,
        [LineInput(row.balance.available, origin=row) for row in rest.order_by("pk")],
    )
    ledger.close_books(office.officer, books)


def test_three_regions_run_a_year_and_everything_ties(world, codes):
    offices = [
        Office(unit, number) for number, unit in enumerate((world.unit, world.neighbour_unit, world.league_unit))
    ]
    for office in offices:
        run_year(office, codes)
        region = office.unit.region
        this, following = (
            available(authority__region=region, authority__year=YEAR),
            available(authority__region=region, authority__year=YEAR + 1),
        )
        assert (this, following) == (D(0), D("900.00"))  # 1000 + 500 of the pool - 600 paid
        approved = BudgetLine.objects.filter(unit=office.unit, round=BudgetRound.SECOND_DOWN, year=YEAR)
        issued = Authority.objects.filter(region=region, document__kind=DocumentKind.APPROVAL)
        assert (
            approved.aggregate(total=Sum("amount"))["total"] == issued.aggregate(total=Sum("balance__amount"))["total"]
        )
        moved = issued.annotate(now=F("balance__amount") + F("balance__increased") - F("balance__decreased"))
        assert moved.aggregate(total=Sum("now"))["total"] == D("600.00")  # what was paid is all that stays in the year
        with pytest.raises(RuleViolation):
            ledger.reserve(SYSTEM, issued.first(), D("1.00"), f"{office.number}:late")
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "broken" not in out.getvalue()
