"""Pages of monitoring and evaluation: who sees what, forms that come back with what is missing, a bounded number of queries."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, sign_in
from apps.codes.tests.factories import YEAR
from apps.lowcode.models import Task
from apps.performance import services
from apps.performance.models import Evaluation, MonitoringForm, Rectification, ResultUse, SpotCheck
from apps.performance.tests.evaluating import Office, money
from apps.performance.tests.factories import make_year

pytestmark = pytest.mark.django_db
LISTS = ("forms", "calls", "rectifications", "evaluations", "spots", "results")


@pytest.fixture
def office(world):
    return Office(world)


def url(name, row=None):
    return reverse(f"performance:{name}", args=[row.pk] if row else [])


@pytest.fixture
def whole(office):
    """One of everything."""
    form = office.form()
    evaluation = office.approved()
    check = services.choose_check(office.officer, evaluation, "复核")
    return office, {
        "form": form,
        "call": form.call,
        "rectification": office.rectification(),
        "evaluation": evaluation,
        "spot": check,
        "result": office.use(),
        "year": office.of,
    }


def test_lists_and_pages_in_a_bounded_number_of_queries(whole, django_assert_max_num_queries):
    office, rows = whole
    clients = (client_of("unit_head", office.of.unit), client_of("banner_officer", office.of.region))
    for client in clients:
        for name in LISTS:
            with django_assert_max_num_queries(18):
                answer = client.get(url(name), {"year": YEAR})
            assert answer.status_code == 200, name
        for name, row in rows.items():
            with django_assert_max_num_queries(26):
                answer = client.get(row.get_absolute_url())
            assert answer.status_code == (404 if name == "call" and client is clients[0] else 200), name
        for tab in ("monitoring", "evaluation"):
            assert client.get(office.of.get_absolute_url(), {"tab": tab}).status_code == 200


def test_a_list_asks_no_more_for_many_rows(world, office, django_assert_max_num_queries):
    for _number in range(4):
        make_year(world)
    office.form()
    services.open_evaluations(office.officer, office.of.region, office.year, office.due)
    client = client_of("banner_officer", office.of.region)
    for name in ("forms", "calls", "evaluations"):
        with django_assert_max_num_queries(18):
            assert client.get(url(name), {"year": YEAR}).status_code == 200


def test_others_do_not_see_them(whole):
    office, rows = whole
    region = office.of.region
    strangers = [
        client_of("banner_officer", region.get_root().get_leafnodes().exclude(pk=region.pk).first()),
        client_of("unit_head", office.world.neighbour_unit),
    ]
    for client in strangers:
        for name, row in rows.items():
            assert client.get(row.get_absolute_url()).status_code == 404, name
    assert client_of("league_officer", region.parent).get(rows["form"].get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("role", "name", "row"),
    [
        ("finance_leader", "call_new", None),
        ("unit_head", "call_new", None),
        ("finance_leader", "call_urge", "call"),
        ("unit_head", "evaluations_open", None),
        ("unit_head", "spot_draw", None),
        ("banner_officer", "form_fill", "form"),
        ("unit_head", "form_accept", "form"),
        ("unit_head", "rectification_new", "year"),
        ("unit_head", "rectification_hold", "rectification"),
        ("banner_officer", "rectification_answer", "rectification"),
        ("unit_head", "schedule", "year"),
        ("unit_head", "begin_finance", "year"),
        ("banner_officer", "evaluation_fill", "evaluation"),
        ("unit_head", "spot_choose", "evaluation"),
        ("unit_head", "spot_lower", "spot"),
        ("banner_officer", "spot_view", "spot"),
        ("unit_head", "result_decide", "result"),
        ("finance_leader", "result_decide", "result"),
        ("unit_head", "result_tell", "result"),
    ],
)
def test_what_is_not_one_s_own_work_is_refused_with_a_reason(whole, role, name, row):
    office, rows = whole
    client = client_of(role, office.of.unit if role == "unit_head" else office.of.region)
    address = url(name, rows[row] if row else None)
    given = {"reason": "x", "text": "x", "feedback": "x", "decision": "keep"}
    for answer in (client.get(address), client.post(address, given)):
        assert answer.status_code == 403, (answer.status_code, name)


def test_a_form_is_filled_in_and_handed_in_on_its_page(office):
    money(office.of, "1000.00", "500.00")
    office.reach(day=date(YEAR, 6, 20))
    form = office.form()
    client = client_of("unit_clerk", office.of.unit)
    address = url("form_fill", form)
    page = client.get(address).content.decode()
    assert "1,700亩" in page
    data = {"revision": form.revision, "expected": "1,000.00", "next": "submit", "words": "正常"}
    answer = client.post(address, data, follow=True)
    assert "say how likely" in answer.content.decode() or "完成可能性" in answer.content.decode()
    form.refresh_from_db()
    assert (form.state, form.expected) == ("open", 1000)
    for line in form.lines.all():
        data |= {
            f"line-{line.pk}-likelihood": "sure",
            f"line-{line.pk}-reason": "other",
            f"line-{line.pk}-words": "正常",
        }
    assert client.post(address, data).status_code == 422  # an old page
    data["revision"] = form.revision
    client.post(address, data)
    assert MonitoringForm.objects.get(pk=form.pk).state == "submitted"
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("value", ["abc", "-1", "1e30", "1.234"])
def test_hostile_amounts_are_refused_with_words(office, value):
    form = office.form()
    client = client_of("unit_clerk", office.of.unit)
    answer = client.post(url("form_fill", form), {"revision": form.revision, "expected": value})
    assert answer.status_code == 422


def test_an_evaluation_is_filled_in_and_handed_in_on_its_page(office):
    office.reach()
    client = client_of("unit_clerk", office.of.unit)
    answer = client.post(url("begin_self", office.of))
    evaluation = Evaluation.objects.get()
    assert answer.url == url("evaluation_fill", evaluation)
    page = client.get(answer.url).content.decode()
    assert "97.00" in page
    data = {"revision": evaluation.revision, "actual_goal": "完成", "next": "submit"}
    data |= {f"line-{line.pk}-reason": "干旱" for line in evaluation.lines.all()}
    client.post(answer.url, data | {f"line-{line.pk}-given": "20" for line in evaluation.lines.all()})
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.score) == ("submitted", 97)


def test_the_framework_is_ticked_on_the_page(office):
    office.reach()
    client = client_of("department_reviewer", office.of.department)
    answer = client.post(url("begin_department", office.of))
    evaluation = Evaluation.objects.get()
    line = evaluation.lines.select_related("item").first()
    assert "立项依据充分性" in client.get(answer.url).content.decode()
    data = {"revision": evaluation.revision, f"line-{line.pk}-ticks": ["1", "3"], f"line-{line.pk}-given": "9"}
    assert client.post(answer.url, data).status_code == 422  # more than its points
    data[f"line-{line.pk}-given"] = ""
    client.post(answer.url, data)
    line.refresh_from_db()
    assert line.ticks == [1, 3]
    data = {"revision": evaluation.revision + 1, f"line-{line.pk}-ticks": ["99"]}
    assert client.post(answer.url, data).status_code == 422


def test_a_round_is_sent_out_and_a_check_drawn_on_pages(whole):
    office, rows = whole
    client = client_of("banner_officer", office.of.region)
    client.post(url("call_new"), {"year": YEAR, "month": 9, "due": office.after(9), "note": ""})
    assert MonitoringForm.objects.filter(month=9).count() == 1
    assert client.post(url("spot_draw"), {"year": YEAR, "count": 1}).status_code == 422  # it is under a check already
    check = SpotCheck.objects.get()
    line = rows["evaluation"].lines.get(number=1)
    assert client.post(url("spot_lower", check), {"line": line.pk, "points": "17", "reason": "x"}).status_code == 422
    client.post(url("spot_lower", check), {"line": line.pk, "points": "5", "reason": "面积不实"})
    page = client.get(check.get_absolute_url()).content.decode()
    assert "面积不实" in page
    assert "17" in page
    client.post(url("spot_close", check), {"opinion": "面积不实"})
    client.post(url("result_decide", rows["result"]), {"decision": "cut", "percent": "15", "reason": "面积不实"})
    assert ResultUse.objects.get().percent == 15


def test_a_rectification_is_opened_and_reported_on_pages(office):
    client = client_of("banner_officer", office.of.region)
    data = {"problem": "进度滞后", "demands": "整改", "due": office.due, "holds": "on"}
    client.post(url("rectification_new", office.of), data)
    row = Rectification.objects.get()
    assert row.holds
    unit = client_of("unit_head", office.of.unit)
    assert unit.post(url("rectification_answer", row), {"text": "已整改"}).status_code == 422
    client.post(url("rectification_hold", row), {"reason": "已承诺"})
    row.refresh_from_db()
    assert not row.holds


def test_whoever_signs_sees_the_points(office):
    evaluation = office.handed_in()
    task = Task.objects.get(user=office.head.user_id, state="open")
    page = sign_in(Client(), User.objects.get(pk=office.head.user_id)).get(task.get_absolute_url())
    assert page.status_code == 200
    assert "97.00" in page.content.decode()
    assert evaluation.of.project.name in page.content.decode()
