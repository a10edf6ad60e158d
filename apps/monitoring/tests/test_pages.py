"""Pages of monitoring: who opens what, acts by their forms, hostile input, no query per row, no whole account number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.monitoring import services
from apps.monitoring.models import Alarm, Exemption, Rule, RuleVersion, Trial
from apps.monitoring.tests.factories import finding, load_all, make_watch
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


def to(name, *args):
    return reverse(f"monitoring:{name}", args=args)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


@pytest.fixture
def watch(world):
    return make_watch(world)


def judged(**changes):
    due = timezone.localdate() + timedelta(days=10)
    given = {
        "violation": finding()["violation"].pk,
        "finding": "收款人不符",
        "demands": "退回",
        "refund": "100",
        "due": due,
    }
    return given | changes


def test_an_alarm_goes_its_way_by_the_pages(watch):
    alarm = watch.alarm()
    judge, unit = browser_of(watch.judge), browser_of(watch.head)
    shown = html.text(judge.get(alarm.get_absolute_url()))
    for part in ("大额", "请核对。", "测试办法", "150.00", "0001", "认定违规"):
        assert part in shown
    assert "62284801" not in shown
    assert judge.post(to("alarm_violation", alarm.pk), judged()).status_code == 302
    assert judge.post(to("alarm_issue", alarm.pk)).status_code == 302
    assert "反馈" in html.text(unit.get(alarm.get_absolute_url()))
    assert unit.post(to("alarm_answer", alarm.pk), {"text": "已退回"}).status_code == 302
    back = {"reason": "缺凭证", "due": timezone.localdate() + timedelta(days=3)}
    assert judge.post(to("alarm_send_back", alarm.pk), back).status_code == 302
    assert unit.post(to("alarm_answer", alarm.pk), {"text": "凭证附后"}).status_code == 302
    assert judge.post(to("alarm_close", alarm.pk), {"words": "已核对"}).status_code == 302
    assert Alarm.objects.get().state == "closed"
    way = html.text(judge.get(alarm.get_absolute_url(), {"tab": "way"}))
    for part in ("缺凭证", "凭证附后", "已核对"):
        assert part in way


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"violation": "x"}, "选"),
        ({"violation": "999999"}, "选"),
        ({"finding": ""}, "必填"),
        ({"refund": "-1"}, "金额"),
        ({"refund": "1e9"}, "12,345.60"),
        ({"refund": "150.01"}, "超过"),
        ({"due": "2020-01-01"}, "今天"),
        ({"due": "31.12.2999"}, "日期"),
        ({"demands": "长" * 2001}, "2000"),
    ],
)
def test_a_finding_that_is_not_whole_comes_back(watch, changes, words):
    alarm = watch.alarm()
    response = browser_of(watch.judge).post(to("alarm_violation", alarm.pk), judged(**changes))
    assert (response.status_code, words in html.text(response)) == (422, True), html.text(response)[-700:]
    assert Alarm.objects.get().state == "suspected"


@pytest.mark.covers("B6")
def test_pages_are_found_in_their_scope_only(watch, world):
    alarm = watch.alarm()
    acts = ("normal", "violation", "issue", "answer", "send_back", "close")
    for role, node in (("treasury_clerk", world.tree.neighbour), ("unit_head", world.neighbour_unit)):
        other = client_of(role, node)
        assert other.get(alarm.get_absolute_url()).status_code == 404
        for act in acts:
            assert other.post(to(f"alarm_{act}", alarm.pk), judged()).status_code == 404
    for role, node in (("league_officer", world.tree.league), ("auditor", watch.treasury.region)):
        other = client_of(role, node)
        assert other.get(alarm.get_absolute_url()).status_code == 200
        for act in acts:
            sent = judged(reason="x", text="x")
            assert other.post(to(f"alarm_{act}", alarm.pk), sent).status_code == 403, (role, act)
    for name in ("alarms", "rules", "statistics"):
        assert client_of("expert", world.tree.root).get(to(name)).status_code == 403


@pytest.mark.parametrize("name", ["alarms", "statistics"])
def test_lists_ask_no_more_for_more_rows(watch, name):
    browser = browser_of(watch.judge)
    counts = []
    for round_ in range(2):
        for number in range(3):
            watch.alarm("101.00", purpose=f"第{round_}批{number}")
        browser.get(to(name))
        with CaptureQueriesContext(connection) as queries:
            assert "大额" in html.text(browser.get(to(name)))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_of_an_alarm_asks_no_more_for_more_alarms(watch):
    alarm, browser, counts = watch.alarm(purpose="一"), browser_of(watch.judge), []
    for round_ in range(2):
        for number in range(round_ * 3):
            watch.alarm("101.00", purpose=f"第{number}批")
        for tab in ("evidence", "way"):
            browser.get(alarm.get_absolute_url())
            with CaptureQueriesContext(connection) as queries:
                assert "大额" in html.text(browser.get(alarm.get_absolute_url(), {"tab": tab}))
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_the_list_of_rules_and_its_filters(watch):
    load_all()
    browser = browser_of(watch.judge)
    with CaptureQueriesContext(connection) as queries:
        page = html.text(browser.get(to("rules")))
    assert "NM01" in page
    assert len(queries) < 25
    uncovered = html.text(browser.get(to("rules"), {"covered": "no"}))
    assert ("NM18" in uncovered, "NM01" in uncovered) == (True, False)
    assert "NM06" in html.text(browser.get(to("rules"), {"covered": "yes", "mode": "block"}))
    shown = html.text(browser.get(Rule.objects.get(code="NM18").get_absolute_url()))
    assert ("未覆盖" in shown, "人数" in shown) == (True, True)
    alarm = watch.alarm()
    for query, found in (
        ({"state": "open"}, True),
        ({"state": "closed"}, False),
        ({"rule": "NM"}, False),
        ({"level": "x"}, True),
    ):
        body = html.text(browser.get(to("alarms"), query))
        assert (f"{alarm.pk}" in body and "大额" in body) is found, query


def filled(**changes):
    values = {
        "code": "BQ01",
        "name_zh_hans": "本旗大额",
        "text_zh_hans": "请核对",
        "basis_zh_hans": "本旗办法",
        "flow": "volume",
        "mode": "block",
        "level": "red",
        "phase": "act",
        "condition": '{"fact": "amount", "op": ">=", "value": "100.00"}',
        "valid_from": "2020-01-01",
    }
    return values | changes


def test_a_treasury_officer_words_tries_and_hands_in_a_rule(watch):
    load_all()
    leader = make_actor("finance_leader", watch.treasury.region)
    officer = browser_of(make_actor("treasury_officer", watch.treasury.region))
    page = officer.get(to("rule_new"))
    assert "condition-data" in page.content.decode()
    assert officer.post(to("rule_new"), filled()).status_code == 302
    rule = Rule.objects.get(code="BQ01")
    watch.treasury.submitted()
    assert officer.post(to("rule_try", rule.pk), {"year": 2027}).status_code == 302
    assert Trial.objects.get(rule=rule).hits == 1
    assert "100.00" in html.text(officer.get(rule.get_absolute_url(), {"tab": "trials"}))
    version = rule.versions.get()
    edited = filled(revision=version.revision, mode="warn")
    assert officer.post(to("rule_edit", rule.pk), edited).status_code == 302
    assert officer.post(to("rule_submit", rule.pk)).status_code == 302
    assert RuleVersion.objects.get(pk=version.pk).state == "submitted"
    task = watch.treasury.task(leader)
    assert "本旗大额" in html.text(browser_of(leader).get(task.get_absolute_url()))
    assert officer.post(to("rule_withdraw", rule.pk)).status_code == 302
    exempt = {"kind": "payee", "value": "某公司", "basis": "批复", "valid_from": "2020-01-01"}
    assert officer.post(to("exemption_new", rule.pk), exempt).status_code == 302
    one = Exemption.objects.get(rule=rule)
    assert officer.post(to("exemption_end", one.pk)).status_code == 302
    for tab in ("words", "trials", "exemptions", "approval", "versions", "history"):
        assert officer.get(rule.get_absolute_url(), {"tab": tab}).status_code == 200
    clerk = browser_of(watch.judge)
    assert clerk.get(to("rule_new")).status_code == 403
    for name in ("rule_edit", "rule_renew", "rule_submit", "rule_withdraw", "rule_try", "exemption_new"):
        assert clerk.post(to(name, rule.pk), filled() | exempt | {"year": 2027}).status_code == 403, name


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "bq 1"}, "有效"),
        ({"condition": "{"}, "JSON"),
        ({"condition": '{"fact": "x", "op": "="}'}, "x"),
        ({"condition": "[" * 3000}, "层"),
        ({"mode": "x"}, "选"),
        ({"phase": "timed"}, "指标"),
        ({"phase": "timed", "measure": "year_end", "parameters": "share = 500"}, "100"),
        ({"phase": "timed", "measure": "year_end", "parameters": "share; drop"}, "share = 50"),
        ({"valid_to": "2019-01-01"}, "早于"),
        ({"basis_zh_hans": ""}, "必填"),
    ],
)
def test_a_rule_that_cannot_be_read_comes_back(watch, changes, words):
    officer = browser_of(make_actor("treasury_officer", watch.treasury.region))
    response = officer.post(to("rule_new"), filled(**changes))
    assert (response.status_code, words in html.text(response)) == (422, True), html.text(response)[-900:]
    assert not Rule.objects.filter(code="BQ01").exists()


def test_the_home_page_shows_alarms_to_who_judges_and_to_who_answers(watch):
    alarm = watch.violation()
    services.issue_alarm(watch.judge, alarm)
    for actor in (watch.judge, watch.head):
        assert "支付监控疑点" in html.text(browser_of(actor).get("/"))
    assert "支付监控疑点" in html.text(client_of("auditor", watch.treasury.region).get("/"))
    elsewhere = client_of("auditor", watch.treasury.world.tree.neighbour)
    assert "支付监控疑点" not in html.text(elsewhere.get("/"))
