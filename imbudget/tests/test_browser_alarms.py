"""Payments watched in a real browser: one to the unit's own account is stopped with the clause; a confirmed alarm is put right and closed.

The clerk and the head of the unit read Mongolian, the treasury Chinese.
"""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from apps.accounts.models import User
from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import make_world
from apps.disbursement.models import PaymentRequest, RequestState
from apps.disbursement.tests.factories import Treasury
from apps.ledger.tests.factories import balance
from apps.monitoring.models import Alarm, AlarmState, ViolationType
from apps.monitoring.tests.factories import load_all
from imbudget.kit.actor import Actor
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import Play

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
CLAUSE = "除按规定外，不得向本单位实有资金账户划转资金"
MONGOLIAN, CHINESE = "mvf", "zh-hans"


@pytest.fixture
def treasury(settings: Any) -> Treasury:
    settings.SIGNING_KEY = b"\x05" * 32
    made = Treasury(make_world())
    made.connect()
    load_all()
    return made


class Watchers(Play):
    """The unit's people and whoever judges, at their desks."""

    def __init__(self, browser: Browser, base: str, treasury: Treasury, folder: Path) -> None:
        super().__init__(browser, base, treasury.world, MONGOLIAN, folder)
        self.treasury = treasury
        self.judge = make_actor("treasury_officer", treasury.region)

    def at(self, actor: Actor) -> Desk:
        username = User.objects.get(pk=actor.user_id).username
        if username not in self.desks:
            language = MONGOLIAN if actor in (self.treasury.clerk, self.treasury.head) else CHINESE
            self.desks[username] = Desk(self.browser, self.base, username, language, start="")
        return self.desks[username]

    def act(self, actor: Actor, path: str, **fields: str) -> None:
        """Open a page, look at it, fill it in, press its button."""
        desk = self.at(actor)
        assert desk.open(path) == 200, path
        self.look(desk, path.strip("/").replace("/", "-"))
        for name, value in fields.items():
            field = desk.page.locator(f"main [name={name}]")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.send(desk)

    @staticmethod
    def send(desk: Desk) -> None:
        """Press the button of the form; what is red on the page that follows is the matter itself, not a refusal."""
        with desk.page.expect_navigation():
            desk.page.click("main form button[type=submit].btn")
        assert desk.page.locator("main .errors").count() == 0, desk.page.inner_text("main")

    def ask(self, name: str, number: str, amount: str, purpose: str) -> PaymentRequest:
        """The clerk asks for a payment and hands it in."""
        authority, clerk = self.treasury.authority, self.treasury.clerk
        path = f"{reverse('disbursement:request_new')}?authority={authority.pk}"
        given = {"payee_name": name, "payee_account": number, "amount": amount, "purpose": purpose}
        self.act(clerk, path, **given)
        request = PaymentRequest.objects.latest("pk")
        desk = self.at(clerk)
        assert desk.open(reverse("disbursement:request_submit", args=[request.pk])) == 200
        self.send(desk)
        request.refresh_from_db()
        return request


def put_right(play: Watchers, stopped: PaymentRequest) -> None:
    """Judged, sent to the unit, taken back and answered, examined and closed."""
    treasury = play.treasury
    alarm = Alarm.objects.get(request=stopped, rule__code="NM01")
    judge = play.at(play.judge)
    judge.open("/")
    play.look(judge, "home")
    judge.open(alarm.get_absolute_url())
    assert CLAUSE in judge.page.inner_text("main")
    given = {
        "violation": str(ViolationType.objects.filter(is_current=True)[0].pk),
        "finding": "拟转入本单位实有资金账户",
    }
    at = {
        name: reverse(f"monitoring:alarm_{name}", args=[alarm.pk]) for name in ("violation", "issue", "answer", "close")
    }
    play.act(play.judge, at["violation"], **given, demands="撤回支付申请，直接支付给最终收款人", due="2999-01-01")
    play.act(play.judge, at["issue"])
    play.act(treasury.clerk, reverse("disbursement:request_withdraw", args=[stopped.pk]))
    assert balance(treasury.authority)["reserved"] == 0
    play.act(treasury.head, at["answer"], text="已撤回，将支付给供应商")
    play.act(play.judge, at["close"])
    alarm.refresh_from_db()
    stopped.refresh_from_db()
    assert (alarm.state, stopped.state) == (AlarmState.CLOSED, RequestState.DRAFT)


def test_what_goes_to_the_own_account_is_stopped_and_what_is_confirmed_is_put_right(
    chromium: Browser,
    live_server: Any,
    treasury: Treasury,
    tmp_path: Path,
):
    play = Watchers(chromium, live_server.url, treasury, tmp_path)
    stopped = play.ask(treasury.unit.name, "0471000000001", "100.00", "转入本单位账户备用")
    assert stopped.state == RequestState.STOPPED
    clerk = play.at(treasury.clerk)
    clerk.open(stopped.get_absolute_url())
    play.look(clerk, "stopped")
    said = clerk.page.inner_text("main .note.bad")
    assert "NM01" in said
    assert CLAUSE in said
    assert balance(treasury.authority)["reserved"] == stopped.total

    put_right(play, stopped)
    judge = play.at(play.judge)
    judge.open(reverse("monitoring:statistics"))
    play.look(judge, "statistics")
    assert "NM01" in judge.page.inner_text("main")
    play.close()
