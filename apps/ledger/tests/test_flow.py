"""From the draft to the posting: who signs, who does not, and what a return, a refusal and a withdrawal leave."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import make_actor, make_post, sign_in
from apps.budget.tests.factories import make_world
from apps.evidence.models import Entry as Evidence
from apps.ledger import services
from apps.ledger.models import AuthorityDocument, DocumentKind, Posting
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import balance, broken, clerk_of, fresh, head, issue, make_pool
from apps.lowcode.models import Case, Task, TaskState
from apps.lowcode.services import tasks
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html
from imbudget.kit.testing.kept import kept

D = Decimal


@kept
def make_office():
    """The people of a banner and of one of its units, the shipped flow, and the unit's authority."""
    world = make_world()
    call_command("load_flows", verbosity=0)
    banner = world.tree.banner
    authority = issue(world, make_pool(world, "1000.00"), "500.00")
    return {
        "clerk": clerk_of(world.unit),
        "head": make_actor("unit_head", world.unit),
        "officer": make_actor("banner_officer", banner),
        "leader": make_actor("finance_leader", banner),
        "authority": authority,
        "world": world,
    }


@pytest.fixture
def office(db):
    return make_office()


def drafted(office, actor="clerk", kind=DocumentKind.REALLOCATION, **changes):
    """A re-allocation of the unit's own authority, or the officer's addition out of the pool."""
    who, world, authority = office[actor], office["world"], office["authority"]
    unit = world.unit.pk if actor in {"clerk", "head"} else None
    if kind == DocumentKind.REALLOCATION:
        line = LineInput(D("100.00"), origin=fresh(authority), elements={"department_economic": world.codes.reception})
    else:
        line = LineInput(D("100.00"), origin=fresh(authority.origin), target=fresh(authority))
    document = services.draw_up(who, world.tree.banner, 2027, kind, head() | changes, unit)
    services.save_document(who, document, document.revision, {}, [line])
    return again(document)


def again(document):
    return AuthorityDocument.objects.select_related("region").get(pk=document.pk)


def task_of(actor):
    return Task.objects.filter(user_id=actor.user_id, state=TaskState.OPEN).latest("pk")


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


def waiting():
    """Who has the document."""
    return set(Task.objects.filter(state=TaskState.OPEN).values_list("user_id", flat=True))


def test_a_unit_asks_and_head_finance_office_and_leader_sign(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    for signer in ("head", "officer", "leader"):
        assert waiting() == {office[signer].user_id}, signer
        assert balance(office["authority"])["available"] == D("500.00")
        tasks.approve(office[signer], task_of(office[signer]))
    document = again(document)
    assert (document.state, document.posted_at is None) == ("posted", False)
    assert balance(office["authority"])["available"] == D("400.00")
    assert document.authorities.get().government_economic.code == "50206"
    record = Evidence.objects.get(event="ledger.posted", subject_id=str(document.pk))
    assert record.actor_id == str(office["leader"].user_id)
    assert broken() == set()


def test_the_finance_office_numbers_what_a_unit_asks_for(office):
    document, officer, leader = drafted(office, number="", dated=None), office["officer"], office["leader"]
    services.submit_document(office["clerk"], document)
    tasks.approve(office["head"], task_of(office["head"]))
    with pytest.raises(RuleViolation, match="number the document"):
        tasks.approve(officer, task_of(officer))
    assert "number the document" in tasks.approve_many(officer, [task_of(officer)])[0].refusal
    assert waiting() == {officer.user_id}
    services.number_document(officer, again(document), "新财预〔2027〕9号", date(2027, 5, 1))
    for signer in (officer, leader):
        tasks.approve(signer, task_of(signer))
    made = again(document).authorities.get()
    assert (again(document).state, made.document_number) == ("posted", "新财预〔2027〕9号")
    record = Evidence.objects.get(event="ledger.document_numbered", subject_id=str(document.pk))
    assert record.actor_id == str(officer.user_id)


def test_whoever_signs_for_the_office_reads_where_to_number_it(office):
    """The page of the task leads there instead of offering to sign; returning it is open as ever."""
    document, officer = drafted(office, number="", dated=None), office["officer"]
    services.submit_document(office["clerk"], document)
    tasks.approve(office["head"], task_of(office["head"]))
    task, browser = task_of(officer), browser_of(officer)
    address = reverse("ledger:document_number", args=[document.pk])
    shown = browser.get(task.get_absolute_url())
    assert (shown.context["owed"].url, "编文号" in html.text(shown)) == (address, True)
    assert [act["name"] for act in shown.context["acts"]][0] == "return"
    refused = browser.post(task.get_absolute_url(), {"act": "approve", "approve-opinion": ""})
    assert (refused.status_code, "请先" in html.text(refused)) == (422, True)
    browser.post(address, {"number": "新财预〔2027〕9号", "dated": "2027-05-01"})
    shown = browser.get(task.get_absolute_url())
    assert (shown.context["owed"], shown.context["acts"][0]["name"]) == (None, "approve")
    assert browser.post(task.get_absolute_url(), {"act": "approve", "approve-opinion": ""}).status_code == 302


def test_a_leader_to_whom_it_came_unnumbered_cannot_post_it(office):
    """A flow without the office's step, or one that was signed before the office had to number."""
    document = drafted(office, number="", dated=None)
    services.submit_document(office["clerk"], document)
    AuthorityDocument.objects.filter(pk=document.pk).update(number="未定", dated=date(2027, 5, 1))
    for signer in ("head", "officer"):
        tasks.approve(office[signer], task_of(office[signer]))
    AuthorityDocument.objects.filter(pk=document.pk).update(number="", dated=None)
    with pytest.raises(RuleViolation, match="finance office"):
        tasks.approve(office["leader"], task_of(office["leader"]))
    assert balance(office["authority"])["available"] == D("500.00")


def test_a_number_given_twice_is_refused_and_only_the_office_gives_one_under_way(office):
    number = "新财预〔2027〕9号"
    drafted(office, "officer", DocumentKind.SUPPLEMENT, number=number)
    document = drafted(office, number="", dated=None)
    with pytest.raises(NotAllowed):
        services.number_document(office["officer"], document, number, date(2027, 5, 1))  # nobody has handed it in
    services.submit_document(office["clerk"], document)
    with pytest.raises(RuleViolation, match="number already"):
        services.number_document(office["officer"], again(document), number, date(2027, 5, 1))
    others = [
        make_actor("banner_officer", office["world"].tree.neighbour),
        office["clerk"],
        office["head"],
        office["leader"],
    ]
    for who in others:
        with pytest.raises(NotAllowed):
            services.number_document(who, again(document), "x", date(2027, 5, 1))
    assert again(document).number == ""


def test_the_offices_own_document_goes_to_the_leader_alone(office):
    document = drafted(office, "officer", DocumentKind.SUPPLEMENT)
    services.submit_document(office["officer"], document)
    assert waiting() == {office["leader"].user_id}
    tasks.approve(office["leader"], task_of(office["leader"]))
    assert again(document).state == "posted"
    assert balance(office["authority"])["increased"] == D("100.00")


def test_whoever_drew_it_up_signs_nowhere(office):
    """The officer who is the leader too, and a unit's head who wrote the lines."""
    person = User.objects.get(pk=office["officer"].user_id)
    as_leader = make_actor("finance_leader", office["world"].tree.banner, person)
    document = drafted(office, "officer", DocumentKind.SUPPLEMENT)
    services.submit_document(office["officer"], document)
    assert waiting() == {office["leader"].user_id}
    assert as_leader.user_id not in waiting()

    second = make_actor("unit_head", office["world"].unit)
    asked = drafted(office, "head")
    services.submit_document(office["head"], asked)
    assert set(Task.objects.filter(case__document_id=asked.pk, state=TaskState.OPEN).values_list("user_id", flat=True)) == {second.user_id}  # fmt: skip


def test_who_changed_the_lines_signs_nowhere_either(office):
    document = drafted(office)
    services.save_document(office["head"], document, document.revision, {"title": "改"}, [
        LineInput(D("1.00"), origin=office["authority"], elements={"department_economic": office["world"].codes.reception})
    ])  # fmt: skip
    second = make_actor("unit_head", office["world"].unit)
    services.submit_document(office["clerk"], again(document))
    assert waiting() == {second.user_id}


def test_a_returned_document_is_changed_and_handed_in_again(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    tasks.send_back(office["head"], task_of(office["head"]), reason="写清理由")
    document = again(document)
    assert (document.state, document.return_reason) == ("returned", "写清理由")
    line = LineInput(
        D("50.00"), origin=fresh(office["authority"]), elements={"department_economic": office["world"].codes.reception}
    )
    services.save_document(office["clerk"], document, document.revision, {"reason": "会议增加"}, [line])
    services.submit_document(office["clerk"], again(document))
    assert (again(document).return_reason, Case.objects.count()) == ("", 1)
    for signer in ("head", "officer", "leader"):
        tasks.approve(office[signer], task_of(office[signer]))
    assert balance(office["authority"])["available"] == D("450.00")


def test_a_returned_document_may_be_given_up(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    tasks.send_back(office["head"], task_of(office["head"]), reason="不办")
    services.abandon_document(office["clerk"], again(document))
    assert (again(document).state, waiting()) == ("withdrawn", set())
    with pytest.raises(NotAllowed):
        services.save_document(office["clerk"], again(document), again(document).revision, {}, [])
    with pytest.raises(NotAllowed):
        services.submit_document(office["clerk"], again(document))


def test_a_refused_document_posts_nothing_and_stays(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    tasks.approve(office["head"], task_of(office["head"]))
    tasks.reject(office["officer"], task_of(office["officer"]), reason="无依据")
    document = again(document)
    assert (document.state, document.return_reason) == ("refused", "无依据")
    assert not Posting.objects.filter(document=document).exists()
    with pytest.raises(NotAllowed):
        services.submit_document(office["clerk"], document)


def test_a_document_is_taken_back_before_somebody_signs(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    with pytest.raises(NotAllowed):
        services.save_document(office["clerk"], again(document), again(document).revision, {}, [])
    services.withdraw_document(office["clerk"], again(document))
    assert (again(document).state, waiting()) == ("draft", set())
    services.submit_document(office["clerk"], again(document))
    tasks.approve(office["head"], task_of(office["head"]))
    with pytest.raises(RuleViolation):
        services.withdraw_document(office["clerk"], again(document))
    with pytest.raises(NotAllowed):
        services.abandon_document(office["clerk"], again(document))


def test_an_unsound_document_is_not_handed_in(office):
    document = drafted(office)
    services.reserve(office["clerk"], office["authority"], D("450.00"), "held")
    with pytest.raises(RuleViolation, match="Only 50.00 is left"):
        services.submit_document(office["clerk"], document)
    assert (again(document).state, Case.objects.count()) == ("draft", 0)


def test_the_last_signature_fails_where_the_money_is_gone_meanwhile(office):
    document = drafted(office)
    services.submit_document(office["clerk"], document)
    for signer in ("head", "officer"):
        tasks.approve(office[signer], task_of(office[signer]))
    services.reserve(office["clerk"], fresh(office["authority"]), D("450.00"), "held")
    with pytest.raises(RuleViolation, match="Only 50.00 is left"):
        tasks.approve(office["leader"], task_of(office["leader"]))
    assert again(document).state == "submitted"
    assert waiting() == {office["leader"].user_id}
    services.release(office["clerk"], fresh(office["authority"]), D("450.00"), "back", "held")
    tasks.approve(office["leader"], task_of(office["leader"]))
    assert again(document).state == "posted"
    assert broken() == set()


def test_somebody_elses_task_is_not_signed(office):
    services.submit_document(office["clerk"], drafted(office))
    task = task_of(office["head"])
    for stranger in (office["clerk"], office["officer"], make_actor("unit_head", office["world"].neighbour_unit)):
        with pytest.raises(RuleViolation):
            tasks.approve(stranger, task)
    assert make_post("unit_head", office["world"].far_unit).user_id not in waiting()
