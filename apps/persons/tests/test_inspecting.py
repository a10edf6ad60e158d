"""What is held about a person: found by the whole number only, for a reason, with who has looked at it; the copy; requests."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, client_of, make_actor, sign_in
from apps.audit.models import Record
from apps.disbursement.services import enter_payee
from apps.disbursement.tests.factories import make_treasury
from apps.evidence.models import Entry
from apps.persons import services
from apps.persons.models import PersonRequest
from apps.persons.selectors import holding_of
from apps.persons.tests.requests import asked
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html
from imbudget.kit.testing.books import unlocked

pytestmark = pytest.mark.django_db
ACCOUNT, NUMBER = "6228480100000000007", "150102198001011237"
SEARCH = reverse("persons:search")
WHY = {"cause": "request", "reason": "本人持身份证查询"}


@pytest.fixture
def payee(world):
    clerk = make_treasury(world).clerk
    made = enter_payee(clerk, {"kind": "person", "name": "阿拉坦", "account": ACCOUNT, "is_staff": True})
    services.show(clerk, holding_of("disbursement.payee"), made, cause="returned", reason="凭证0001退回")
    return made


@pytest.mark.covers("H1", "H2", "C1")
def test_a_person_is_found_by_the_whole_number_masked_and_with_who_looked(world, payee):
    for role, node in (("security_admin", world.tree.root), ("auditor", world.tree.banner)):
        browser = client_of(role, node)
        assert (
            browser.post(SEARCH, {"sort": "account", "number": ACCOUNT, "cause": "", "reason": ""}).status_code == 422
        )
        page = browser.post(SEARCH, {"sort": "account", "number": f"{ACCOUNT[:4]} {ACCOUNT[4:]}", **WHY})
        text = html.text(page)
        assert page["Cache-Control"] == "no-store"
        assert "***************0007" in text
        assert "凭证0001退回" in text
        assert ACCOUNT not in page.content.decode()
        kept = Record.objects.filter(kind="persons.inspected").latest("pk")
        assert (kept.reason, kept.facts["rows"]) == (WHY["reason"], {"disbursement.payee": 1})
        assert ACCOUNT not in str(kept.facts)
        assert "阿拉坦" not in html.text(browser.post(SEARCH, {"sort": "account", "number": ACCOUNT[:-1], **WHY}))
    other = client_of("auditor", world.tree.neighbour)
    assert "阿拉坦" not in html.text(other.post(SEARCH, {"sort": "account", "number": ACCOUNT, **WHY}))


@pytest.mark.covers("H2", "B4")
def test_nobody_else_looks_for_persons(world, payee):
    before = Record.objects.filter(kind="persons.inspected").count()
    for role, node in (
        ("unit_clerk", world.unit),
        ("banner_officer", world.tree.banner),
        ("treasury_officer", world.tree.banner),
        ("system_admin", world.tree.root),
        ("audit_admin", world.tree.root),
    ):
        browser = client_of(role, node)
        for address in (
            SEARCH,
            reverse("persons:requests"),
            reverse("persons:request_new"),
            reverse("persons:periods"),
        ):
            assert browser.get(address).status_code == 403, role
        assert browser.post(SEARCH, {"sort": "account", "number": ACCOUNT, **WHY}).status_code == 403
    with pytest.raises(NotAllowed):
        services.inspect_person(make_actor("unit_clerk", world.unit), sort="account", number=ACCOUNT, **WHY)
    assert Record.objects.filter(kind="persons.inspected").count() == before


@pytest.mark.covers("H1")
def test_a_person_gets_a_copy_and_an_answer(world, payee):
    security = make_actor("security_admin", world.tree.root)
    request = asked(security, world.tree.banner, sort="account", number=ACCOUNT)
    assert request.due_on == timezone.localdate() + timedelta(days=30)
    browser = sign_in(Client(), User.objects.get(pk=security.user_id))
    page = browser.get(request.get_absolute_url())
    assert ACCOUNT not in page.content.decode()
    copy = reverse("persons:request_copy", args=[request.pk])
    assert browser.get(copy).status_code == 200
    assert not Record.objects.filter(kind="persons.copied").exists()
    assert [browser.post(copy, {"password": each}).status_code for each in ("", "12345678")] == [422, 422]
    assert not Record.objects.filter(kind="persons.copied").exists()
    book = browser.post(copy, {"password": PASSWORD})
    assert book["Cache-Control"] == "no-store"
    opened = unlocked(book.content, PASSWORD)
    cells = [str(cell.value) for row in load_workbook(opened).active.iter_rows() for cell in row]
    assert ACCOUNT in cells
    assert Record.objects.get(kind="persons.copied").subject_id == str(request.pk)
    close = reverse("persons:request_close", args=[request.pk])
    assert browser.post(close, {"fulfilled": "yes", "answer": ""}).status_code == 422
    assert browser.post(close, {"fulfilled": "yes", "answer": "副本已当面交付"}).status_code == 302
    assert browser.post(close, {"fulfilled": "no", "answer": "再答一次"}).status_code == 403
    assert browser.post(copy).status_code == 403
    facts = " ".join(str(entry.facts) for entry in Entry.objects.filter(event__startswith="persons.request"))
    assert ACCOUNT not in facts
    assert "阿拉坦" not in facts


def test_requests_stay_where_they_were_filed(world):
    security, auditor = make_actor("security_admin", world.tree.root), make_actor("auditor", world.tree.banner)
    mine, other = asked(auditor, world.tree.banner), asked(security, world.tree.neighbour)
    assert set(PersonRequest.objects.visible_to(auditor)) == {mine}
    assert set(PersonRequest.objects.visible_to(security)) == {mine, other}
    assert not PersonRequest.objects.visible_to(make_actor("banner_officer", world.tree.banner)).exists()
    browser = sign_in(Client(), User.objects.get(pk=auditor.user_id))
    assert browser.get(other.get_absolute_url()).status_code == 404
    assert browser.post(reverse("persons:request_close", args=[other.pk]), {}).status_code == 404
    with pytest.raises(RuleViolation):
        asked(auditor, world.tree.neighbour)
    with pytest.raises(RuleViolation):
        asked(auditor, world.tree.banner, received_on=timezone.localdate() + timedelta(days=1))


def test_a_request_is_filed_on_its_page_and_the_list_asks_no_more_for_more(world, django_assert_max_num_queries):
    browser = client_of("auditor", world.tree.banner)
    given = {"region": world.tree.banner.pk, "kind": "correct", "person": "其木格", "sort": "id", "number": NUMBER}
    given |= {"text": "姓名有误", "received_on": timezone.localdate().isoformat()}
    assert browser.post(reverse("persons:request_new"), given | {"number": "1"}).status_code == 422
    assert browser.post(reverse("persons:request_new"), given | {"region": world.tree.neighbour.pk}).status_code == 422
    for _one in range(4):
        assert browser.post(reverse("persons:request_new"), given).status_code == 302
    with django_assert_max_num_queries(14):
        page = browser.get(reverse("persons:requests"))
    assert len(page.context["rows"]) == 4
    assert NUMBER not in page.content.decode()


@pytest.mark.covers("H1")
def test_everybody_reads_what_is_held_of_people_and_why(client):
    for language in ("zh-hans", "mvf"):
        page = client.get(reverse("privacy:notice", args=[language]))
        assert page.status_code == 200
        assert (
            client.get(reverse("privacy:notice", args=[language]), headers={"If-None-Match": page["ETag"]}).status_code
            == 304
        )
    assert client.get("/public/persons/xx/").status_code == 404
