"""A subsidy of 200 households in a real browser, from the roster to the receipts, with what failed paid again.

What is done once is done in the language of whoever does it: the clerk reads Mongolian, those who sign read Chinese.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from apps.accounts.models import User
from apps.budget.tests.factories import make_world
from apps.disbursement import services
from apps.disbursement.models import Outcome, PaymentRequest, PaymentRow, RequestState
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.services import exchange
from apps.disbursement.tests.factories import Treasury
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.ledger.tests.factories import balance
from apps.lowcode.models import Task, TaskState
from apps.subsidy.models import Roster
from apps.subsidy.tests.factories import card, household, parcel
from apps.subsidy.tests.rosters import Office, days_pass
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import Play, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
HOUSEHOLDS, WRONG = 200, (7, 48, 99, 150, 200)  # the bank knows these cards under other names
SHARE, EACH = "50", Decimal("425.00")  # half of 100 mu at 7.50 and 40 mu at 2.50
SUM = EACH * HOUSEHOLDS
MONGOLIAN, CHINESE = "mvf", "zh-hans"


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    settings.SIGNING_KEY = b"\x05" * 32
    world = make_world()
    treasury = Treasury(world, amount="90000.00")
    treasury.connect(stamp_key=SandboxStamp("07" * 32).public_key)
    made = Office(world, treasury)
    numbers = range(made.register.households + 1, HOUSEHOLDS + 1)
    made.register.bring(tmp_path, "households", [household(made.region, number) for number in numbers])
    land = [
        parcel(made.region, number, kind, area)
        for number in numbers
        for kind, area in (("禁牧", "100"), ("草畜平衡", "40"))
    ]
    made.register.bring(tmp_path, "parcels", land)
    return made


class Round(Play):
    """The clerk at their desk, whoever signs at theirs, and the bank."""

    def __init__(self, browser: Browser, base: str, office: Office, folder: Path) -> None:
        super().__init__(browser, base, office.world, MONGOLIAN, folder)
        self.office = office
        names = {number: f"牧户{number}" for number in range(1, HOUSEHOLDS + 1)} | {1: "阿拉坦·其木格"}
        known = {f"_{card(number)}": "别的户名" if number in WRONG else name for number, name in names.items()}
        self.line = DeskLine(desk(**known, **{f"_{card(number + 500)}": names[number] for number in WRONG}))

    def person(self, user: User, language: str) -> Desk:
        if user.username not in self.desks:
            self.desks[user.username] = Desk(self.browser, self.base, user.username, language, start="")
        return self.desks[user.username]

    @property
    def clerk(self) -> Desk:
        return self.person(User.objects.get(pk=self.office.clerk.user_id), MONGOLIAN)

    @property
    def roster(self) -> Roster:
        return Roster.objects.select_related("subsidy").get()

    def act(self, name: str, pk: int, **fields: str) -> None:
        """Open a page of the clerk's, look at it, fill it in, press its button."""
        desk = self.clerk
        assert desk.open(reverse(f"subsidy:{name}", args=[pk])) == 200, name
        self.look(desk, name)
        for field, value in fields.items():
            desk.page.fill(f"main [name={field}]", value)
        press(desk, "main form button[type=submit].btn")

    def sign(self, document: Any) -> int:
        """Everybody whom the flow asks, each at their own desk; returns how many they were."""
        for count in range(10):
            tasks = Task.objects.filter(state=TaskState.OPEN, case__document_id=document.pk)
            task = tasks.filter(case__subject=self.subject(document)).order_by("pk").first()
            if task is None:
                return count
            self.person(task.user, CHINESE).decide(document)
        raise AssertionError("the way of the document has no end")

    @staticmethod
    def subject(document: Any) -> str:
        return "subsidy.roster" if isinstance(document, Roster) else "disbursement.request"

    def hand_in(self, request: PaymentRequest) -> None:
        desk = self.clerk
        assert desk.open(reverse("disbursement:request_submit", args=[request.pk])) == 200
        self.look(desk, "request_submit")
        press(desk, "main form button[type=submit].btn")

    def bank(self) -> None:
        """The clock, three times: sent, taken, answered."""
        link = self.office.treasury.link
        for _round in range(3):
            services.send_due(link, self.line)
            services.fetch(link, self.line)
            exchange.settle_new()


def make_roster(play: Round) -> Roster:
    """Begun, made from the register, checked, handed in, signed."""
    desk = play.clerk
    assert desk.open(reverse("subsidy:roster_new")) == 200
    play.look(desk, "roster_new")
    desk.page.select_option("[name=subsidy]", str(play.office.subsidy.pk))
    desk.page.fill("[name=share]", SHARE)
    press(desk, "main form button[type=submit].btn")
    roster = play.roster
    for name in ("roster_make", "roster_check", "roster_submit"):
        play.act(name, roster.pk)
    assert play.roster.total == SUM
    assert play.sign(roster) == 3
    return play.roster


def publish(play: Round) -> None:
    """Put up with masked names, read by a stranger on a phone, taken down when its days are over."""
    roster = play.roster
    play.act("roster_publish", roster.pk, objections_to="0471-1234567")
    stranger = play.browser.new_page(viewport={"width": 390, "height": 844})
    place = play.office.region.code
    stranger.goto(play.base + reverse("subsidy:public_roster", args=[CHINESE, place, roster.pk]))
    text = stranger.inner_text("body")
    assert "阿*" in text
    assert "其木格" not in text
    stranger.close()
    days_pass(roster)
    play.act("roster_end", roster.pk)


def pay(play: Round) -> PaymentRequest:
    desk, treasury = play.clerk, play.office.treasury
    assert desk.open(reverse("subsidy:roster_pay", args=[play.roster.pk])) == 200
    play.look(desk, "roster_pay")
    desk.page.select_option("[name=authority]", str(treasury.authority.pk))
    desk.page.fill("[name=purpose]", "草原生态保护补助奖励")
    press(desk, "main form button[type=submit].btn")
    request = PaymentRequest.objects.latest("pk")
    play.hand_in(request)
    assert play.sign(request) >= 2
    play.bank()
    request.refresh_from_db()
    return request


def mend(play: Round) -> None:
    """The five cards that belong to others are replaced."""
    for line in play.roster.lines.filter(outcome="failed").order_by("number"):
        number = next(number for number in WRONG if line.code.endswith(f"{number:06}"))
        play.act("line_correct", line.pk, card=card(number + 500), reason="换卡")


def test_two_hundred_households_are_paid_and_five_of_them_again(
    chromium: Browser,
    live_server: Any,
    office: Office,
    tmp_path: Path,
):
    play = Round(chromium, live_server.url, office, tmp_path)
    make_roster(play)
    publish(play)
    first = pay(play)
    assert (first.state, first.paid) == (RequestState.PART, EACH * (HOUSEHOLDS - len(WRONG)))
    play.clerk.open(play.roster.get_absolute_url())
    play.look(play.clerk, "roster-part")
    assert f"{first.paid:,.2f}" in play.clerk.page.inner_text("main")
    mend(play)
    play.act("roster_again", play.roster.pk)
    again = PaymentRequest.objects.latest("pk")
    assert (again.again, again.total, again.rows.count()) == (first, EACH * len(WRONG), len(WRONG))
    play.hand_in(again)
    play.sign(again)
    play.bank()
    again.refresh_from_db()
    assert again.state == RequestState.PAID
    now = balance(office.treasury.authority)
    assert (now["reserved"], now["spent"]) == (Decimal(0), SUM)
    assert PaymentRow.objects.filter(outcome=Outcome.PAID).count() == HOUSEHOLDS
    assert set(play.roster.lines.values_list("outcome", flat=True)) == {"paid"}
    play.clerk.open(reverse("subsidy:progress") + "?year=2027")
    play.look(play.clerk, "progress")
    assert f"{SUM:,.2f}" in play.clerk.page.inner_text("main")
    play.close()
