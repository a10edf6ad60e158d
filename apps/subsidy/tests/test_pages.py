"""Pages of subsidies: a roster from its beginning to its payments in the browser of a clerk, who may not, masks, constant lists."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, sign_in
from apps.evidence.models import Entry
from apps.subsidy.models import Household, Roster, RosterObjection, RosterState, Standard, Subsidy
from apps.subsidy.services import objections, rosters
from apps.subsidy.tests.factories import card, household, person
from apps.subsidy.tests.rosters import answer, days_pass, fresh, make_office
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def office(world):
    return make_office(world)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


def to(name, *args):
    return reverse(f"subsidy:{name}", args=args)


def test_a_clerk_brings_a_roster_to_its_payments(office, tmp_path):  # noqa: PLR0915 - one story
    browser = browser_of(office.clerk)
    given = {
        "unit": office.unit.pk,
        "subsidy": office.subsidy.pk,
        "year": 2027,
        "instalment": 1,
        "share": "100",
        "as_of": "",
        "place": "",
    }
    made = browser.post(to("roster_new"), given)
    roster = Roster.objects.get()
    assert (made.status_code, made.url) == (302, roster.get_absolute_url())
    assert browser.post(to("roster_new"), given).status_code == 422
    assert browser.post(to("roster_make", roster.pk)).status_code == 302
    assert browser.post(to("roster_check", roster.pk)).status_code == 302
    page = browser.get(roster.get_absolute_url())
    assert "叁仟肆佰元整" in html.text(page)
    listed = html.text(browser.get(to("lines", roster.pk)))
    assert "阿拉坦·其木格" in listed
    assert person(1, office.region.code) not in listed
    assert card(1) not in listed
    assert browser.post(to("roster_submit", roster.pk)).status_code == 302
    assert fresh(roster).state == RosterState.SUBMITTED
    assert browser.post(to("roster_withdraw", roster.pk)).status_code == 302
    assert browser.post(to("roster_abandon", roster.pk)).status_code == 302

    roster = office.ready()
    payment = {
        "authority": office.treasury.authority.pk,
        "account": office.treasury.account.pk,
        "purpose": "草原补奖",
    }
    assert browser.get(to("roster_pay", roster.pk)).status_code == 200
    assert browser.post(to("roster_pay", roster.pk), payment).status_code == 302
    assert browser.post(to("roster_pay", roster.pk), payment).status_code == 422
    request = roster.payments.get().request
    answer(request, {1})
    line = roster.lines.get(number=1)
    correction = {
        "name": line.name,
        "card": card(500),
        "bank": line.bank,
        "bank_code": line.bank_code,
        "reason": "换卡",
    }
    assert browser.get(to("line_correct", line.pk)).status_code == 200
    assert browser.post(to("line_correct", line.pk), correction).status_code == 302
    assert browser.post(to("roster_again", roster.pk)).status_code == 302
    for tab in ("overview", "payments", "objections", "approval", "history"):
        assert browser.get(f"{roster.get_absolute_url()}?tab={tab}").status_code == 200
    detail = html.text(browser.get(to("line", line.pk)))
    assert "换卡" in detail
    assert "7.5000" in detail
    shown = html.text(browser.get(to("progress") + "?year=2027"))
    assert "巴彦苏木" in shown
    assert "2,550.00" in shown
    below = browser.get(to("progress") + f"?year=2027&sumu={line.sumu_id}")
    assert "嘎查1" in html.text(below)


def test_the_public_reads_parts_of_names_and_numbers_and_no_card(office):  # noqa: PLR0915 - one story
    roster = office.approved()
    address = to("public_roster", "zh-hans", office.region.code, roster.pk)
    assert Client().get(address).status_code == 404
    browser = browser_of(office.clerk)
    assert browser.post(to("roster_publish", roster.pk), {"objections_to": ""}).status_code == 422
    assert browser.post(to("roster_publish", roster.pk), {"objections_to": "0471-1234567"}).status_code == 302
    for language in ("zh-hans", "mvf"):
        page = Client().get(to("public_roster", language, office.region.code, roster.pk))
        text = page.content.decode()
        assert (page.status_code, page["Cache-Control"]) == (200, "public, no-cache")
        assert "阿*" in text
        assert f"150…**…{person(1, office.region.code)[-4:]}" in text
        for secret in ("其木格", person(1, office.region.code), card(1), card(1)[-4:]):
            assert secret not in text
    assert "草原生态保护补助奖励" in html.text(Client().get(to("public_rosters", "zh-hans", office.region.code)))
    assert Client().get(to("public_roster", "xx", office.region.code, roster.pk)).status_code == 404
    assert Client().get(address + "?sumu=999999&after=x").status_code == 404
    assert browser.post(to("roster_end", roster.pk)).status_code == 422

    objection = {"number": "1", "ground": "面积不符", "person": "巴图", "contact": "13800000000"}
    assert browser.post(to("objection_new", roster.pk), objection | {"number": "99"}).status_code == 422
    assert browser.post(to("objection_new", roster.pk), objection).status_code == 302
    made = RosterObjection.objects.get()
    assert browser.get(to("objection_answer", made.pk)).status_code == 403
    head = browser_of(office.head)
    assert "巴图" in html.text(head.get(to("objection", made.pk)))
    assert "巴图" not in html.text(browser_of(office.officer).get(to("objection", made.pk)))
    assert head.post(to("objection_answer", made.pk), {"uphold": "yes", "answer": "核实"}).status_code == 302
    days_pass(roster)
    assert browser.post(to("roster_end", roster.pk)).status_code == 302
    assert browser.post(to("roster_dead", roster.pk)).status_code == 302
    line = roster.lines.get(number=2)
    assert browser.post(to("line_stop", line.pk), {"reason": "户主去世"}).status_code == 302
    line.refresh_from_db()
    assert line.outcome == "stopped"


def test_who_may_not(office, world):
    roster = office.ready()
    line = roster.lines.first()
    acts = ("make", "import", "check", "submit", "withdraw", "abandon", "publish", "end", "pay", "again", "dead")
    addresses = [to(f"roster_{name}", roster.pk) for name in acts]
    addresses += [to("objection_new", roster.pk), to("line_correct", line.pk), to("line_stop", line.pk)]
    officer = browser_of(office.officer)
    assert officer.get(to("roster_new")).status_code == 403
    assert {officer.get(address).status_code for address in addresses} == {403}
    household = Household.objects.first()
    seen = [to("roster", roster.pk), to("lines", roster.pk), to("line", line.pk)]
    assert {officer.get(address).status_code for address in [*seen, to("household", household.pk)]} == {200}
    for role, node in (("unit_clerk", world.neighbour_unit), ("banner_officer", world.tree.neighbour)):
        stranger = client_of(role, node)
        assert {stranger.get(address).status_code for address in [*addresses, *seen]} == {404}
        assert stranger.get(to("household", household.pk)).status_code == 404
    clerk = browser_of(office.clerk)
    for name in ("register_import", "subsidy_new", "standard_new"):
        assert clerk.get(to(name)).status_code == 403
    for name, row in (
        ("subsidy_edit", office.subsidy),
        ("standard_edit", Standard.objects.first()),
        ("household_state", household),
    ):
        assert clerk.get(to(name, row.pk)).status_code == 403


def test_the_finance_office_keeps_subsidies_standards_and_households(office, tmp_path, world):  # noqa: PLR0915 - one story
    browser = browser_of(office.officer)
    given = {
        "code": "XMBZ",
        "name": "肉羊良种补贴",
        "short_name": "良种补贴",
        "level": "4",
        "basis": "旗政办发〔2027〕2号",
        "measure": "head",
        "cycle": "year",
        "due_month": "12",
        "economic_prefix": "303",
        "publicity_days": "7",
        "is_open": "on",
    }
    assert browser.post(to("subsidy_new"), given | {"publicity_days": "3"}).status_code == 422
    assert browser.post(to("subsidy_new"), given | {"short_name": "肉羊良种补贴资金项目"}).status_code == 422
    assert browser.post(to("subsidy_new"), given).status_code == 302
    made = Subsidy.objects.get(code="XMBZ")
    assert browser.post(to("subsidy_edit", made.pk), given | {"name": "良种"}).status_code == 302
    standard = {
        "subsidy": made.pk,
        "year": 2027,
        "ban_rate": "0",
        "balance_rate": "0",
        "unit_rate": "30",
        "floor": "0",
        "cap": "",
        "valid_from": "2027-01-01",
        "valid_to": "2027-12-31",
        "source": "旗政办发〔2027〕2号",
        "coefficients": "1 = 1.05\n2＝0.9",
    }
    assert browser.post(to("standard_new"), standard | {"coefficients": "一"}).status_code == 422
    assert browser.post(to("standard_new"), standard | {"cap": "-1"}).status_code == 422
    assert browser.post(to("standard_new"), standard).status_code == 302
    kept = Standard.objects.get(subsidy=made)
    assert kept.coefficients.count() == 2
    assert browser.post(to("standard_edit", kept.pk), standard | {"unit_rate": "31"}).status_code == 302
    kept.refresh_from_db()
    assert kept.unit_rate == 31
    assert "1.05" in browser.get(to("standard_edit", kept.pk)).content.decode()
    Household.objects.update(livestock=10)
    roster = rosters.begin_roster(office.clerk, office.unit, made, 2027, {})
    rosters.make_lines(office.clerk, roster)
    assert {line.amount for line in roster.lines.all()} == {310}

    office.register.bring(tmp_path, "households", [household(office.region, 50)])
    new = Household.objects.get(code=f"{office.region.code}000050")
    assert browser.post(to("household_state", new.pk), {"state": "stopped", "reason": "外迁"}).status_code == 302
    assert browser.post(to("household_state", new.pk), {"state": "stopped", "reason": "外迁"}).status_code == 422
    found = browser.get(to("households") + f"?number={person(50, office.region.code)}")
    assert ("牧户50" in html.text(found), "牧户2" in html.text(found)) == (True, False)
    for tab in ("people", "land", "received", "history"):
        text = html.text(browser.get(f"{new.get_absolute_url()}?tab={tab}"))
        assert person(50, office.region.code) not in text
    template = browser.get(to("register_template", "households"))
    assert template["Content-Type"].startswith("application/vnd")
    assert browser.get(to("register_template", "nothing")).status_code == 404
    before = Entry.objects.count()
    asked = browser.get(to("households") + "?export=csv")
    assert (asked.status_code, Entry.objects.count()) == (200, before)
    file = browser.post(to("households") + "?export=csv", {"cause": "audit", "reason": "年度检查用"})
    body = b"".join(file.streaming_content).decode()
    assert (Entry.objects.count(), person(50, office.region.code) in body) == (before + 1, False)


def test_lists_ask_no_more_for_more_rows(office, tmp_path):
    browser = browser_of(office.clerk)
    roster = office.published(share=20)
    objections.record_objection(office.clerk, roster, roster.lines.first(), "一")
    names = [
        (to("households"), "阿拉坦"),
        (to("rosters") + "?year=2027", "草原生态"),
        (to("lines", roster.pk), "阿拉坦"),
        (to("objections"), "草原生态"),
        (to("progress") + "?year=2027", "巴彦"),
        (to("subsidies"), "CYBZ"),
        (to("standards"), "草原生态"),
    ]
    counts = []
    for number in (2, 3):
        counts.append([])
        for address, word in names:
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(address)
            assert word in html.text(page)
            counts[-1].append(len(queries))
        rows = [household(office.region, 20 * number + extra) for extra in range(3)]
        office.register.bring(tmp_path, "households", rows)
        office.made(instalment=number, share=20)
        objections.record_objection(office.clerk, roster, roster.lines.get(number=number), "又")
    assert counts[0] == counts[1]
