"""Pages of tasks and cases: what is shown, which acts are offered, refusals that come back with their form."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.actors import actor_of
from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.lowcode.models import Case, CaseEvent, Task
from apps.lowcode.services import tasks
from apps.lowcode.tests.approving import Office, make_office
from apps.lowcode.tests.flows import step
from apps.regions.models import Department, Unit
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.actor import Actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html
from imbudget.kit.testing.queries import asked, writes

pytestmark = pytest.mark.django_db
STEPS = (
    step("head", "unit_head", stage="unit_review", days=3),
    step("department", "department_reviewer", return_to="choose", ask=["ranking"]),
    step("office", "finance_office"),
)


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch, *STEPS)


def browser_of(actor: Actor) -> Client:
    post = Post.objects.get(pk=actor.post_id)
    return sign_in(Client(), User.objects.get(pk=actor.user_id), post)


def post(office: Office, actor: Actor, act: str, **fields: Any) -> Any:
    """The answer to an act on the person's newest task."""
    address = office.task(actor).get_absolute_url()
    named = {f"{act}-{name}": value for name, value in fields.items()}
    return browser_of(actor).post(address, {"act": act, **named})


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


def test_a_task_shows_the_document_and_its_way(office: Office):
    office.start()
    response = browser_of(office.head).get(office.task(office.head).get_absolute_url())
    text = html.text(response)
    assert str(office.document) in text
    assert "800,000" in text
    assert office.clerk.name in text
    assert office.document.get_absolute_url() in html.links(response)
    assert [act["name"] for act in response.context["acts"]] == [
        "approve",
        "return",
        "reject",
        "delegate",
        "add_signer",
        "consult",
        "copy",
    ]


def test_another_persons_task_is_not_found(office: Office):
    case = office.start()
    address = office.task(office.head).get_absolute_url()
    browser = browser_of(office.officer)
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"act": "approve"}).status_code == 404
    assert kinds(case) == ["started", "entered"]


def test_approving_leads_back_to_the_inbox_and_on_to_the_next_person(office: Office):
    case = office.start()
    response = post(office, office.head, "approve", opinion="同意")
    assert response.url == reverse("lowcode:inbox")
    assert office.task(office.reviewer, case).state == "open"
    assert CaseEvent.objects.get(case=case, kind="approved").data["opinion"] == "同意"


def test_what_the_step_asks_must_be_answered(office: Office):
    case = office.start()
    office.approve(office.head)
    response = post(office, office.reviewer, "approve")
    assert response.status_code == 422
    assert "approve-ask_ranking" in response.content.decode()
    assert post(office, office.reviewer, "approve", ask_ranking="1").status_code == 302
    assert ("answered", "ranking", "1") in office.told
    assert kinds(case)[-2:] == ["approved", "entered"]


def test_a_return_goes_where_it_is_sent_and_points_to_fields(office: Office):
    case = office.start()
    office.approve(office.head)
    page = browser_of(office.reviewer).get(office.task(office.reviewer).get_absolute_url())
    form = next(act["form"] for act in page.context["acts"] if act["name"] == "return")
    assert [value for value, _label in form.fields["to"].choices] == ["applicant", "head"]
    response = post(office, office.reviewer, "return", reason="金额有误", to="applicant", fields_meant=["amount"])
    assert response.status_code == 302
    event = CaseEvent.objects.get(case=case, kind="returned")
    assert (event.data["to"], event.data["fields"]) == ("applicant", ["amount"])
    told = html.text(browser_of(office.clerk).get(case.get_absolute_url()))
    assert "金额有误" in told


@pytest.mark.parametrize("act", ["return", "reject", "delegate", "consult"])
def test_an_act_without_its_reason_comes_back_with_its_form_open(office: Office, act: str):
    case = office.start()
    response = post(office, office.head, act)
    assert response.status_code == 422
    assert [each["name"] for each in response.context["acts"] if each["open"]] == [act]
    assert kinds(case) == ["started", "entered"]


def test_a_refusal_of_the_engine_stands_above_the_form(office: Office):
    deputy, case = office.another("unit_head", office.unit), office.start()
    tasks.approve(deputy, office.task(deputy))
    response = post(office, office.head, "approve")
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert kinds(case).count("approved") == 1


def offered(office: Office, actor: Actor) -> dict[str, set[int]]:
    """Whom each act on a person's task offers to be named."""
    page = browser_of(actor).get(office.task(actor).get_absolute_url())
    lists = {"delegate": "user", "add_signer": "user", "consult": "user", "copy": "users"}
    return {
        act["name"]: {
            user for _place, group in act["form"].fields[lists[act["name"]]].choices if _place for user, _name in group
        }
        for act in page.context["acts"]
        if act["name"] in lists
    }


def test_only_those_are_offered_whom_the_service_lets_through(office: Office):
    clerk, head, reviewer, officer = (
        actor.user_id for actor in (office.clerk, office.head, office.reviewer, office.officer)
    )
    leader = office.another("finance_leader", office.tree.banner)
    office.start()
    everybody = {clerk, reviewer, officer, leader.user_id}
    # The applicant may be asked or told, but cannot sign.
    assert offered(office, office.head) == {
        "delegate": {reviewer, officer, leader.user_id},
        "add_signer": {reviewer, officer, leader.user_id},
        "consult": everybody,
        "copy": everybody,
    }
    tasks.add_signer(office.head, office.task(office.head), user=leader.user_id, where="before")
    tasks.approve(leader, office.task(leader))
    tasks.consult(office.head, office.task(office.head), user=reviewer, question="可行否")
    after = offered(office, office.head)
    assert after["add_signer"] == {reviewer, officer}  # the leader has signed here
    assert after["consult"] == {clerk, officer, leader.user_id}  # the reviewer has been asked
    office.approve(office.head)
    office.another("unit_head", office.unit)
    at_department = offered(office, office.reviewer)
    assert at_department["delegate"] == {officer}  # nobody of the unit, below; nobody who has acted
    assert head in at_department["consult"]


def test_what_is_offered_and_what_is_let_through_are_the_same(office: Office):
    people = [office.clerk, office.head, office.officer, office.another("finance_leader", office.tree.banner)]
    people += [office.another("unit_head", office.unit), office.another("department_reviewer", office.unit.department)]
    office.start()
    office.approve(office.head)
    lists, task = offered(office, office.reviewer), office.task(office.reviewer)
    calls: dict[str, Any] = {
        "delegate": lambda user: tasks.delegate(office.reviewer, task, user=user, reason="出差"),
        "add_signer": lambda user: tasks.add_signer(office.reviewer, task, user=user, where="after"),
        "consult": lambda user: tasks.consult(office.reviewer, task, user=user, question="可行否"),
        "copy": lambda user: tasks.copy_to(office.reviewer, task.case, [user]),
    }
    for act, call in calls.items():
        for person in (*people, office.reviewer):
            assert passes(call, person.user_id) == (person.user_id in lists[act]), (act, person.name)


def passes(call: Any, user: int | None) -> bool:
    """Whether the service lets an act through; nothing of it is kept."""
    with transaction.atomic():
        try:
            call(user)
        except RuleViolation:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_a_person_is_judged_by_their_highest_post(office: Office):
    office.start()
    office.approve(office.head)
    both = office.another("unit_clerk", office.unit)
    assert both.user_id not in offered(office, office.reviewer)["delegate"]
    office.another("finance_leader", office.tree.banner, User.objects.get(pk=both.user_id))
    assert both.user_id in offered(office, office.reviewer)["delegate"]


def test_a_task_of_a_post_that_has_ended_says_what_will_become_of_it(office: Office):
    office.start()
    user = User.objects.get(pk=office.head.user_id)
    other = make_post("unit_head", UnitFactory(region=office.tree.neighbour), user)
    Post.objects.filter(pk=office.head.post_id).update(valid_from="2020-01-01", valid_to="2020-12-31")
    browser, task = sign_in(Client(), user, other), office.task(office.head)
    with pytest.raises(NotAllowed, match="not held any more"):
        tasks.approve(actor_of(other), task)
    page = browser.get(task.get_absolute_url())
    assert page.context["post_ended"] in html.text(page)
    assert page.context["other_post"] is None  # nobody can act in it: there is no button
    Task.objects.filter(pk=task.pk).update(state="done")
    assert not browser.get(task.get_absolute_url()).context["post_ended"]


def test_passing_on_asking_and_copying(office: Office):
    case = office.start()
    deputy = office.another("unit_head", office.unit)
    assert post(office, office.head, "consult", user=office.reviewer.user_id, question="可行否").status_code == 302
    assert (
        post(office, office.head, "add_signer", user=deputy.user_id, where="before", reason="会签").status_code == 302
    )
    assert post(office, office.head, "copy", users=[office.officer.user_id]).status_code == 302
    assert kinds(case)[2:] == ["consulted", "signer_added", "copied"]
    asked = browser_of(office.reviewer).get(office.task(office.reviewer).get_absolute_url())
    assert [act["name"] for act in asked.context["acts"]] == ["opinion", "copy"]
    assert post(office, office.reviewer, "opinion", opinion="可行").status_code == 302
    assert kinds(case)[-1] == "opinion"


def test_people_of_other_places_cannot_be_named(office: Office):
    office.start()
    stranger = office.another("unit_head", UnitFactory(region=office.tree.neighbour))
    response = post(office, office.head, "delegate", user=stranger.user_id, reason="出差")
    assert response.status_code == 422
    assert "delegate-user" in response.content.decode()


def test_who_is_too_late_is_told_who_decided(office: Office):
    case = office.start()
    deputy = office.another("unit_head", office.unit)
    tasks.delegate(office.head, office.task(office.head), user=deputy.user_id, reason="出差")
    tasks.approve(deputy, office.task(deputy))
    done = browser_of(office.head).get(
        Task.objects.filter(case=case, user=office.head.user_id).get().get_absolute_url()
    )
    assert [act["name"] for act in done.context["acts"]] == ["copy"]
    response = post(office, office.head, "approve")
    assert response.status_code == 422
    assert kinds(case).count("approved") == 1


def test_a_task_of_another_post_asks_to_change_to_it(office: Office):
    office.start()
    user = User.objects.get(pk=office.head.user_id)
    other = make_post("unit_head", UnitFactory(region=office.tree.neighbour), user)
    browser = sign_in(Client(), user, other)
    task = office.task(office.head)
    page = browser.get(task.get_absolute_url())
    assert page.status_code == 200
    assert page.context["acts"] == []
    assert reverse("accounts:switch") in html.actions(page)
    assert page.context["document"] is None
    assert "800,000" not in html.text(page)
    assert browser.post(task.get_absolute_url(), {"act": "approve"}).status_code == 403
    assert browser.get(task.case.get_absolute_url()).url == task.get_absolute_url()


@pytest.mark.parametrize("history", [0, 12])
def test_the_page_of_a_task_needs_no_query_for_each_event(office: Office, history: int):
    case = office.start()
    for number in range(history):
        rows = {"case": case, "seq": 100 + number, "kind": "reminded", "at": case.started_at}
        CaseEvent.objects.create(**rows)
    browser, address = browser_of(office.head), office.task(office.head).get_absolute_url()
    browser.get(address)
    with asked() as statements:
        assert browser.get(address).status_code == 200
    assert len(statements) <= 32
    assert writes(statements) == []


def test_bulk_approval_tells_each_result(office: Office):
    from apps.projects.tests.factories import ProjectFactory

    first = office.start()
    office.document = ProjectFactory(unit=office.unit)
    second = office.start()
    office.approve(office.head)  # the second one goes on to the department
    rows = Task.objects.filter(user_id=office.head.user_id).order_by("pk")
    response = browser_of(office.head).post(
        reverse("lowcode:inbox_approve"), {"row": [row.pk for row in rows], "opinion": "同意"}
    )
    assert [outcome.task.case_id for outcome in response.context["results"]] == [first.pk]
    asked = browser_of(office.reviewer).post(
        reverse("lowcode:inbox_approve"), {"row": [office.task(office.reviewer, second).pk]}
    )
    assert asked.context["approved"] == 0  # the step asks for a ranking: not in bulk
    assert asked.context["results"][0].refusal in html.text(asked)


def test_the_applicant_urges_and_withdraws(office: Office):
    case = office.start()
    browser = browser_of(office.clerk)
    page = browser.get(case.get_absolute_url())
    assert {"urge", "withdraw", "send a copy"} <= {str(act.label) for act in page.context["acts"]} or page
    assert browser.get(reverse("lowcode:case_urge", args=[case.pk])).status_code == 200
    assert browser.post(reverse("lowcode:case_urge", args=[case.pk])).status_code == 302
    again = browser.post(reverse("lowcode:case_urge", args=[case.pk]))
    assert again.status_code == 422
    assert browser.post(reverse("lowcode:case_withdraw", args=[case.pk])).status_code == 302
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_nothing_is_withdrawn_once_somebody_has_acted(office: Office):
    case = office.start()
    office.approve(office.head)
    browser = browser_of(office.clerk)
    page = browser.get(case.get_absolute_url())
    withdraw = [act for act in page.context["acts"] if act.danger]
    assert [bool(act.verdict) for act in withdraw] == [False]
    assert browser.get(reverse("lowcode:case_withdraw", args=[case.pk])).status_code == 403
    assert browser.post(reverse("lowcode:case_withdraw", args=[case.pk])).status_code == 422


def test_copies_from_the_page_of_a_case(office: Office):
    case = office.start()
    browser = browser_of(office.clerk)
    address = reverse("lowcode:case_copy", args=[case.pk])
    assert browser.post(address, {"users": []}).status_code == 422
    assert browser.post(address, {"users": [office.officer.user_id]}).status_code == 302
    assert kinds(case)[-1] == "copied"
    copies = browser_of(office.officer).get(reverse("lowcode:inbox") + "?tab=copied")
    assert str(office.document) in html.text(copies)


def test_a_case_that_found_nobody_says_which_post_is_missing_and_goes_on(office: Office):
    Post.objects.filter(pk=office.head.post_id).update(valid_from="2020-01-01", valid_to="2020-12-31")
    case = office.start()
    browser = browser_of(office.clerk)
    assert case.state == "stuck"
    page = browser.get(case.get_absolute_url())
    assert page.context["timeline"].missing in html.text(page)
    address = reverse("lowcode:case_retry", args=[case.pk])
    assert browser.post(address).status_code == 422
    make_post("unit_head", office.unit)
    assert browser.post(address).status_code == 302
    case.refresh_from_db()
    assert case.state == "running"


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("unit_clerk", "unit", 200),
        ("department_reviewer", "department", 200),
        ("banner_officer", "banner", 200),
        ("auditor", "banner", 200),
        ("region_officer", "root", 200),
        ("unit_clerk", "neighbour_unit", 404),
        ("banner_officer", "neighbour", 404),
        ("league_officer", "other_league", 404),
        ("system_admin", "root", 404),
    ],
)
def test_who_sees_a_case(office: Office, role: str, place: str, status: int):
    case = office.start()
    nodes = {"unit": office.unit, "department": office.unit.department}
    if place == "neighbour_unit":
        nodes[place] = UnitFactory(region=office.tree.neighbour)
    browser = client_of(role, nodes.get(place) or getattr(office.tree, place))
    assert browser.get(case.get_absolute_url()).status_code == status
    for name in ("case_urge", "case_withdraw", "case_copy"):
        assert browser.get(reverse(f"lowcode:{name}", args=[case.pk])).status_code in {403, 404}


def test_a_holder_who_has_lost_sight_of_the_document_reads_and_does_nothing(office: Office):
    office.start()
    office.approve(office.head)
    elsewhere = Department.objects.create(region=office.tree.banner, code="999", name_zh_hans="别的部门")
    Unit.objects.filter(pk=office.unit.pk).update(department=elsewhere)
    response = browser_of(office.reviewer).get(office.task(office.reviewer).get_absolute_url())
    assert "800,000" not in html.text(response)
    assert (response.context["document"], response.context["acts"]) == (None, [])
