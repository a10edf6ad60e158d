"""What is masked is shown to whom may see it, for a reason, so many times a day, and never without a record."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, make_actor, make_post, sign_in
from apps.audit.models import Record
from apps.disbursement.services import enter_payee
from apps.disbursement.tests.factories import make_treasury
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.persons import services
from apps.persons.selectors import holding_of
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
ACCOUNT = "6228480100000000007"
REASON = {"cause": "returned", "reason": "凭证0001退回，核对户名"}


@pytest.fixture
def treasury(world):
    return make_treasury(world)


@pytest.fixture
def payee(treasury):
    given = {"kind": "person", "name": "阿拉坦", "account": ACCOUNT, "is_staff": True}
    return enter_payee(treasury.clerk, given)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


def address(row):
    return reverse("persons:show", args=[row._meta.label_lower, row.pk])


@pytest.mark.covers("H2", "C1")
def test_a_masked_value_stands_in_the_answer_to_a_reason_only(treasury, payee):
    browser = browser_of(treasury.clerk)
    page = browser.get(payee.get_absolute_url())
    assert ACCOUNT not in page.content.decode()
    assert address(payee) in html.links(page)
    form = browser.get(address(payee))
    assert ACCOUNT not in form.content.decode()
    assert browser.post(address(payee), {"cause": "returned", "reason": ""}).status_code == 422
    assert browser.post(address(payee), {"cause": "nothing", "reason": "核对户名账号"}).status_code == 422
    assert not Record.objects.filter(kind="persons.unmasked").exists()
    shown = browser.post(address(payee), REASON)
    assert shown.status_code == 200
    assert ACCOUNT in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    kept = Record.objects.get(kind="persons.unmasked")
    assert (kept.reason, kept.facts["cause"], kept.facts["fields"]) == (REASON["reason"], "returned", ["account"])
    assert (kept.subject_type, kept.subject_id, kept.actor_id) == (
        "disbursement.Payee",
        str(payee.pk),
        str(treasury.clerk.user_id),
    )
    assert ACCOUNT not in f"{kept.facts}{kept.subject_label}{kept.reason}"
    assert ACCOUNT not in browser.get(payee.get_absolute_url()).content.decode()
    assert not Entry.objects.filter(event__startswith="persons.").exists()


@pytest.mark.covers("H2", "B6")
def test_who_may_not_sees_no_way_and_is_refused(world, treasury, payee):
    """Heads, leaders, auditors and those above see masked values; strangers do not see the row."""
    tree = world.tree
    for role, node, status in (
        ("unit_head", world.unit, 403),
        ("finance_leader", tree.banner, 403),
        ("auditor", tree.banner, 403),
        ("league_officer", tree.league, 403),
        ("treasury_clerk", tree.league, 403),
        ("banner_officer", tree.neighbour, 404),
        ("unit_clerk", world.neighbour_unit, 404),
        ("security_admin", tree.root, 404),
    ):
        browser = client_of(role, node)
        assert browser.get(address(payee)).status_code == status, role
        assert browser.post(address(payee), REASON).status_code == status, role
        if status == 403:
            page = browser.get(payee.get_absolute_url())
            assert address(payee) not in html.links(page), role
            assert ACCOUNT not in page.content.decode(), role
    assert not Record.objects.filter(kind="persons.unmasked").exists()
    assert browser_of(treasury.keeper).post(address(payee), REASON).status_code == 200
    assert browser_of(treasury.keeper).get(reverse("persons:show", args=["budget.budgetline", 1])).status_code == 404


def test_a_row_needs_a_reason_and_a_right_in_the_service_too(world, treasury, payee):
    holding = holding_of("disbursement.payee")
    with pytest.raises(RuleViolation):
        services.show(treasury.clerk, holding, payee, cause="returned", reason=" ")
    with pytest.raises(NotAllowed):
        services.show(make_actor("auditor", world.tree.banner), holding, payee, **REASON)


@pytest.mark.covers("H2")
def test_there_is_a_limit_for_a_day_and_its_alarm_is_told_once(settings, world, treasury, payee):
    settings.PERSONS_SHOWN_A_DAY = 2
    watching = make_post("audit_admin", world.tree.root)
    holding = holding_of("disbursement.payee")
    for _look in range(2):
        services.show(treasury.clerk, holding, payee, **REASON)
    for _look in range(2):
        answer = browser_of(treasury.clerk).post(address(payee), REASON)
        assert answer.status_code == 422
        assert ACCOUNT not in answer.content.decode()
    assert Record.objects.filter(kind="persons.unmasked").count() == 2
    assert Record.objects.filter(kind="persons.limit_reached", succeeded=False).count() == 2
    assert Notice.objects.filter(user=watching.user, kind="persons.limit_reached").count() == 1
    assert services.show(treasury.keeper, holding, payee, **REASON)  # the limit is each person's own


@pytest.mark.covers("C4")
def test_what_cannot_be_written_down_is_not_shown(monkeypatch, treasury, payee):
    def full(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr("apps.persons.services.showing.record", full)
    with pytest.raises(OSError, match="no room"):
        services.show(treasury.clerk, holding_of("disbursement.payee"), payee, **REASON)
