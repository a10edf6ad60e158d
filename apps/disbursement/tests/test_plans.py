"""Plans of use: they stop payments where the region says so, are adjusted by further sheets, and never plan nonsense."""

from decimal import Decimal

import pytest
from django.conf import settings as conf
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import client_of, make_actor
from apps.disbursement.models import PaymentSetting, PlanLine, UsePlan
from apps.disbursement.selectors import plans as selector
from apps.disbursement.services import plans
from apps.disbursement.services.plans import LineInput
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.papers import control, make_plan
from apps.disbursement.tests.test_pages import browser_of, to
from apps.ledger.tests.factories import issue, make_pool
from apps.lowcode.services import tasks
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
FLOW = conf.BASE_DIR / "fixtures" / "flows" / "disbursement.plan.json"


@pytest.fixture(autouse=True)
def march(settings, monkeypatch):
    settings.SIGNING_KEY = b"\x05" * 32
    monkeypatch.setattr(selector, "month_of", lambda year: 3)
    monkeypatch.setattr(plans, "month_of", lambda year: 3)


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def month(number, amount, **about):
    return LineInput(number, D(amount), **about)


def test_where_plans_control_no_payment_goes_above_the_plan_to_the_month(treasury):
    control(treasury)
    with pytest.raises(RuleViolation, match=r"allows 0\.00 up to month 3"):
        treasury.submitted(row("1.00"))
    own = {"authority": treasury.authority}
    make_plan(treasury, month(1, "100.00", **own), month(3, "50.00", **own), month(4, "500.00", **own))
    treasury.submitted(row("120.00"))
    with pytest.raises(RuleViolation, match=r"allows 150\.00.*120\.00 is paid or on its way.*30\.00 is left"):
        treasury.submitted(row("30.01"))
    assert treasury.submitted(row("30.00")).state == "submitted"


def test_where_they_do_not_control_nothing_is_asked(treasury):
    make_plan(treasury, month(1, "1.00", authority=treasury.authority))
    assert treasury.submitted(row("500.00")).state == "submitted"


def test_a_plan_of_a_function_is_shared_by_its_authorities(treasury, world):
    control(treasury)
    other = issue(world, make_pool(world, "900.00"), "300.00")
    about = {"fund": treasury.authority.fund, "function": treasury.authority.function}
    make_plan(treasury, month(2, "100.00", **about))
    treasury.submitted(row("60.00"))
    first, treasury.authority = treasury.authority, other
    with pytest.raises(RuleViolation, match=r"40\.00 is left"):
        treasury.submitted(row("40.01"))
    make_plan(treasury, month(1, "10.00", authority=first))  # from now on it has lines of its own
    assert treasury.submitted(row("100.00")).state == "submitted"


@pytest.mark.parametrize("about", ["authority", "function"])
def test_a_later_sheet_adjusts_and_what_is_used_must_have_been_planned(treasury, about):
    call_command("load_flows", str(FLOW), verbosity=0)
    authority = treasury.authority
    own = {"authority": authority}
    if about == "function":
        own = {"fund": authority.fund, "function": authority.function}
    make_plan(treasury, month(1, "100.00", **own), month(5, "100.00", **own))
    control(treasury)
    treasury.submitted(row("80.00"))
    cut = make_plan(treasury, month(1, "-30.00", **own), month(5, "30.00", **own), approved=False)
    plans.submit_plan(treasury.clerk, cut)
    tasks.approve(treasury.head, treasury.task(treasury.head))
    with pytest.raises(RuleViolation, match=r"80\.00 is used already: 70\.00"):
        tasks.approve(treasury.officer, treasury.task(treasury.officer))
    cut.refresh_from_db()
    assert cut.state == "submitted"
    less = make_plan(treasury, month(2, "-100.01", **own), approved=False)
    with pytest.raises(RuleViolation, match="less than nothing"):
        plans.submit_plan(treasury.clerk, less)
    if about == "function":
        return  # what there is of a fund and a function is held by the ledger alone
    more = make_plan(treasury, month(2, "800.01", **own), approved=False)
    with pytest.raises(RuleViolation, match=r"1,000\.01 would be planned.*1,000\.00"):
        plans.submit_plan(treasury.clerk, more)


def test_a_plan_goes_its_way(treasury):
    call_command("load_flows", str(FLOW), verbosity=0)
    plan = make_plan(treasury, approved=False)
    with pytest.raises(RuleViolation, match="no lines"):
        plans.submit_plan(treasury.clerk, plan)
    plan.refresh_from_db()
    plans.save_plan(treasury.clerk, plan, plan.revision, "", [month(1, "5.00", authority=treasury.authority)])
    plans.submit_plan(treasury.clerk, plan)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanLine.objects.update(amount=D("9.00"))
    plans.withdraw_plan(treasury.clerk, plan)
    plans.submit_plan(treasury.clerk, plan)
    shown = html.text(browser_of(treasury.head).get(treasury.task(treasury.head).get_absolute_url()))
    assert f"№ {treasury.authority.pk}" in shown
    for signer in (treasury.head, treasury.officer):
        tasks.approve(signer, treasury.task(signer))
    plan.refresh_from_db()
    assert plan.state == "approved"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((13, "1.00"), "1 to 12"),
        ((1, "0.00"), "amount in yuan"),
        ((1, "1.001"), "amount in yuan"),
        ((1, "NaN"), "amount in yuan"),
        ((1, "1E+30"), "amount in yuan"),
    ],
)
def test_what_is_no_line_is_refused(treasury, values, words):
    with pytest.raises(RuleViolation, match=words):
        make_plan(treasury, month(*values, authority=treasury.authority))
    for about in ({}, {"fund": treasury.authority.fund}, {"authority": make_pool(treasury.world)}):
        with pytest.raises(RuleViolation, match="Line 1"):
            make_plan(treasury, month(1, "1.00", **about))


def test_who_may_not(treasury, world):
    plan = make_plan(treasury, month(1, "1.00", authority=treasury.authority), approved=False)
    for actor in (treasury.officer, make_actor("unit_clerk", world.neighbour_unit)):
        for act in (plans.submit_plan, plans.withdraw_plan):
            with pytest.raises(NotAllowed):
                act(actor, plan)
        with pytest.raises(NotAllowed):
            make_plan_of(actor, treasury)
    for actor in (
        treasury.clerk,
        make_actor("treasury_clerk", world.tree.neighbour),
        make_actor("auditor", treasury.region),
    ):
        with pytest.raises(NotAllowed):
            plans.set_plans_control(actor, treasury.region, True)


def make_plan_of(actor, treasury):
    return plans.draw_up_plan(actor, treasury.unit, treasury.authority.year, "", [])


def test_pages_of_plans(treasury, world):
    browser = browser_of(treasury.clerk)
    authority = treasury.authority
    lines = {
        "lines-0-authority": f"№ {authority.pk}-x",
        "lines-0-month": "1",
        "lines-0-amount": "100",
        "lines-1-fund": authority.fund.code,
        "lines-1-function": f"{authority.function.code}-x",
        "lines-1-month": "2",
        "lines-1-amount": "-5",
    }
    year = {"year": authority.year_id}
    bad = browser.post(to("plan_new"), year | lines | {"lines-1-month": "13", "lines-0-authority": "№ 999999"})
    assert (bad.status_code, UsePlan.objects.exists()) == (422, False)
    assert browser.post(to("plan_new"), year | lines).status_code == 302
    plan = UsePlan.objects.get()
    assert [(line.authority, line.function, line.amount) for line in plan.lines.all()] == [
        (authority, None, D("100.00")),
        (None, authority.function, D("-5.00")),
    ]
    assert "95.00" in html.text(browser.get(plan.get_absolute_url()))
    edit = browser.get(to("plan_edit", plan.pk)).content.decode()
    assert (f"№ {authority.pk}-" in edit, authority.function.code in edit) == (True, True)
    assert (
        browser.post(to("plan_edit", plan.pk), lines | {"revision": plan.revision, "reason": "调整"}).status_code == 302
    )
    desk = browser_of(treasury.officer)
    assert desk.post(to("settings"), {"plans_control": "on"}).status_code == 302
    assert PaymentSetting.objects.get().plans_control
    assert browser.get(to("settings")).status_code == 403
    neighbour = client_of("unit_clerk", world.neighbour_unit)
    for name in ("plan", "plan_edit", "plan_submit", "plan_withdraw"):
        assert neighbour.get(to(name, plan.pk)).status_code == 404


def test_the_list_of_plans_asks_no_more_for_more(treasury):
    browser = browser_of(treasury.officer)
    counts = []
    for _round in range(2):
        for number in (1, 2, 3):
            plan = make_plan(treasury, month(number, "1.00", authority=treasury.authority))
        browser.get(to("plans"), {"year": treasury.authority.year_id})
        with CaptureQueriesContext(connection) as queries:
            assert plan.number in html.text(browser.get(to("plans"), {"year": treasury.authority.year_id}))
        counts.append(len(queries))
    assert counts[0] == counts[1]
