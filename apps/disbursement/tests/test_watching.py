"""What watches payments is asked at the hand-in: what it stops keeps its money held, what it warns of goes on."""

from decimal import Decimal

import pytest

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services
from apps.disbursement.models import RequestState
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.test_pages import browser_of, to
from apps.evidence.models import Entry
from apps.ledger.tests.factories import balance, issue, make_pool
from apps.lowcode.models import Case, Task
from apps.lowcode.services import tasks
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed
from imbudget.kit.registry import Shelf, Watched
from imbudget.kit.testing import html

D = Decimal
STOP = "规则A0108：收款人是本单位账户（财库〔2017〕50号第三条）。改为直接支付给最终收款人。"
WARN = "规则A0103：一次支付50万元以上。"


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def said(monkeypatch):
    """What the only watcher says of the next payment."""
    answers = {"now": Watched()}
    shelf = Shelf("watchers")
    shelf.add("test", lambda actor, request: answers["now"])
    monkeypatch.setattr(registry, "payment_watchers", shelf)
    return answers


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def held(treasury):
    return balance(treasury.authority)["reserved"]


def test_a_stopped_payment_keeps_its_money_until_it_is_taken_back(treasury, said):
    said["now"] = Watched(stops=(STOP,), warns=(WARN,))
    request = treasury.request(row("100.00"))
    greeted = browser_of(treasury.clerk).post(to("request_submit", request.pk), follow=True)
    [message] = greeted.context["messages"]
    assert (message.level_tag, STOP in str(message)) == ("warning", True)
    request.refresh_from_db()
    assert (request.state, held(treasury)) == (RequestState.STOPPED, D("100.00"))
    assert (request.watched["stops"], request.watched["warns"][-1]) == ([STOP], WARN)  # after what the card number says
    assert not Case.objects.filter(subject="disbursement.request", document_id=request.pk).exists()
    entry = Entry.objects.get(event="disbursement.request_stopped")
    assert STOP in str(entry.facts)
    for stranger in (treasury.officer, make_actor("unit_clerk", treasury.world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            services.withdraw_request(stranger, request)
    shown = browser_of(treasury.clerk)
    page = html.text(shown.get(request.get_absolute_url()))
    assert STOP in page
    assert shown.post(to("request_withdraw", request.pk)).status_code == 302
    request.refresh_from_db()
    assert (request.state, held(treasury)) == (RequestState.DRAFT, D("0.00"))
    said["now"] = Watched()
    services.submit_request(treasury.clerk, request)
    assert (request.state, request.watched["stops"], held(treasury)) == (RequestState.SUBMITTED, [], D("100.00"))
    assert WARN not in request.watched["warns"]


def test_a_warning_goes_with_the_request_to_whoever_signs(treasury, said):
    said["now"] = Watched(warns=(WARN,))
    request = treasury.submitted(row("100.00"))
    assert request.state == RequestState.SUBMITTED
    task = treasury.task(treasury.head)
    assert WARN in html.text(browser_of(treasury.head).get(task.get_absolute_url()))
    assert WARN in html.text(browser_of(treasury.clerk).get(request.get_absolute_url()))


def test_a_watcher_that_fails_takes_the_hand_in_back(treasury, said, monkeypatch):
    request = treasury.request(row("100.00"))
    shelf = Shelf("watchers")
    shelf.add("broken", lambda actor, request: 1 / 0)
    monkeypatch.setattr(registry, "payment_watchers", shelf)
    with pytest.raises(ZeroDivisionError):
        services.submit_request(treasury.clerk, request)
    request.refresh_from_db()
    assert (request.state, held(treasury)) == (RequestState.DRAFT, D("0.00"))


def test_a_large_payment_is_sealed_by_a_fourth_person(treasury, world):
    treasury.connect()
    treasury.authority = issue(world, make_pool(world, "900000.00"), "600000.00")
    request = treasury.submitted(row("500000.00"))
    for signer, state in ((treasury.head, "submitted"), (treasury.officer, "submitted"), (treasury.keeper, "approved")):
        assert request.state == "submitted"
        tasks.approve(signer, treasury.task(signer))
        request.refresh_from_db()
        assert request.state == state
    small = treasury.approved(row("99999.99", number=2))
    assert small.state == "approved"
    assert not Task.objects.filter(case__document_id=small.pk, user_id=treasury.keeper.user_id).exists()
