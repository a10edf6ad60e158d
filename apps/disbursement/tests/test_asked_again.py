"""Asked again before a payment is signed: nothing is signed without a fresh proof, and nothing of the form is lost."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, sign_in
from apps.accounts.tests.test_second_factor import code_now, enrolled
from apps.audit.models import Record
from apps.budget.tests.factories import World
from apps.disbursement.tests.factories import Treasury, make_treasury
from apps.lowcode.models import CaseEvent, TaskState
from imbudget.kit.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A6")]


@pytest.fixture
def treasury(world: World) -> Treasury:
    return make_treasury(world)


def stale(actor: Actor) -> Client:
    """A browser whose last proof is an hour old."""
    browser = sign_in(Client(), User.objects.get(pk=actor.user_id))
    session = browser.session
    session["proved"] = time.time() - 3600
    session.save()
    return browser


def signatures() -> int:
    return CaseEvent.objects.filter(kind="approved").count()


def test_a_payment_is_signed_after_a_proof_and_the_opinion_is_kept(treasury: Treasury) -> None:
    treasury.submitted()
    task, browser = treasury.task(treasury.head), stale(treasury.head)
    address = reverse("lowcode:task", args=[task.pk])
    form = {"act": "approve", "approve-opinion": "核对无误，同意支付"}
    asked = browser.post(address, form)
    assert asked.templates[0].name == "accounts/prove.html"
    assert set(asked.context["sent"]) == set(form.items())
    assert signatures() == 0
    wrong = browser.post(address, form | {"proof-password": "wrong"})
    assert (wrong.status_code, signatures()) == (422, 0)
    assert "核对无误" in wrong.content.decode()
    assert browser.post(address, form | {"proof-password": PASSWORD}).status_code == 302
    task.refresh_from_db()
    assert task.state == TaskState.DONE
    assert CaseEvent.objects.get(kind="approved").data["opinion"] == "核对无误，同意支付"
    assert Record.objects.filter(kind="accounts.proved_again", actor_id=str(treasury.head.user_id)).count() == 1


def test_whoever_has_a_second_factor_signs_by_it_and_not_by_the_password(treasury: Treasury) -> None:
    treasury.submitted()
    user, secret = enrolled(User.objects.get(pk=treasury.head.user_id))
    address = reverse("lowcode:task", args=[treasury.task(treasury.head).pk])
    browser = stale(treasury.head)
    assert browser.post(address, {"act": "approve", "proof-password": PASSWORD}).status_code == 422
    assert signatures() == 0
    assert browser.post(address, {"act": "approve", "proof-code": code_now(secret)}).status_code == 302
    assert signatures() == 1
    again = stale(treasury.officer)
    enrolled(User.objects.get(pk=treasury.officer.user_id))
    other = reverse("lowcode:task", args=[treasury.task(treasury.officer).pk])
    assert again.post(other, {"act": "approve", "proof-code": code_now(secret)}).status_code == 422


def test_many_signatures_ask_once(treasury: Treasury) -> None:
    from apps.disbursement.tests.factories import row

    tasks = []
    for number in (1, 2):
        treasury.submitted(row("10.00", number=number))
        tasks.append(treasury.task(treasury.head))
    browser, address = stale(treasury.head), reverse("lowcode:inbox_approve")
    form: dict[str, Any] = {"row": [task.pk for task in tasks], "opinion": "同意"}
    asked = browser.post(address, form)
    assert asked.templates[0].name == "accounts/prove.html"
    assert [value for name, value in asked.context["sent"] if name == "row"] == [str(task.pk) for task in tasks]
    assert signatures() == 0
    browser.post(address, form | {"proof-password": PASSWORD})
    assert signatures() == 2


def test_what_is_no_signature_of_a_payment_asks_nothing(treasury: Treasury) -> None:
    treasury.submitted()
    address = reverse("lowcode:task", args=[treasury.task(treasury.head).pk])
    browser = stale(treasury.head)
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"act": "return", "return-reason": "账号有误，请核对"}).status_code == 302


def test_a_fresh_sign_in_is_a_proof(treasury: Treasury) -> None:
    treasury.submitted()
    user = User.objects.get(pk=treasury.head.user_id)
    browser = sign_in(Client(), user)
    address = reverse("lowcode:task", args=[treasury.task(treasury.head).pk])
    assert browser.post(address, {"act": "approve"}).status_code == 302
    assert signatures() == 1


def test_wrong_passwords_before_a_signature_lock_the_account(treasury: Treasury) -> None:
    treasury.submitted()
    address = reverse("lowcode:task", args=[treasury.task(treasury.head).pk])
    browser = stale(treasury.head)
    for _number in range(5):
        browser.post(address, {"act": "approve", "proof-password": "wrong"})
    assert browser.post(address, {"act": "approve", "proof-password": PASSWORD}).status_code in {422, 429}
    assert signatures() == 0
