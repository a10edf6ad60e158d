"""Payments of rosters: asked for in chunks, settled row by row, failed ones paid anew; issued is always paid + back + unpaid."""

import random
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services as disbursement
from apps.disbursement.models import PaymentRow, RequestState
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.services import abandon_request, exchange
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.evidence.models import Entry
from apps.subsidy.models import LineCorrection, Outcome, Roster, RosterPayment, RosterState
from apps.subsidy.selectors.progress import standing_by, total_of
from apps.subsidy.selfchecks import rosters as selfcheck
from apps.subsidy.services import payments
from apps.subsidy.services.corrections import correct_line
from apps.subsidy.tests.factories import card, person
from apps.subsidy.tests.rosters import REASON, answer, make_office
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def office(world):
    return make_office(world)


def outcomes(roster):
    return list(roster.lines.order_by("number").values_list("outcome", flat=True))


def ties(roster):
    """The law in the whole, by sumu and by gacha, and with the lines."""
    rows = Roster.objects.filter(pk=roster.pk)
    whole = roster.lines.aggregate(total=Sum("amount"))["total"]
    for level in ("region", "sumu", "gacha"):
        places = standing_by(rows, level)
        total = total_of(places)
        assert total.issued == whole == roster.total
        for place in (*places, total):
            assert place.issued == place.paid + place.back + place.unpaid
    return total


def test_a_roster_is_asked_for_in_chunks_with_what_the_bank_needs(office, monkeypatch):
    monkeypatch.setattr(payments, "MOST_ROWS", 3)
    roster = office.ready()
    made = payments.draw_up_payments(office.clerk, roster, office.treasury.authority, office.treasury.account)
    assert [(request.rows.count(), request.total, request.business) for request in made] == [
        (3, D("2550.00"), "subsidy"),
        (1, D("850.00"), "subsidy"),
    ]
    line = roster.lines.get(number=2)
    row = PaymentRow.objects.get(request=line.request, number=line.request_row)
    assert (row.payee_name, row.payee_account, row.amount) == (line.name, line.card, line.amount)
    assert (made[0].purpose, outcomes(roster)) == ("草原补奖2027-1", ["requested"] * 4)
    with pytest.raises(RuleViolation, match="No line waits"):
        payments.draw_up_payments(office.clerk, roster, office.treasury.authority, office.treasury.account)


def test_only_authority_of_the_category_with_enough_left_pays(office):
    roster = office.ready()
    authority, account = office.treasury.authority, office.treasury.account
    roster.subsidy.economic_prefix = "303"
    with pytest.raises(RuleViolation, match="economic class 303"):
        payments.draw_up_payments(office.clerk, roster, authority, account)
    roster.subsidy.economic_prefix = ""
    roster.subsidy.function_prefix = "999"
    with pytest.raises(RuleViolation, match="function 999"):
        payments.draw_up_payments(office.clerk, roster, authority, account)
    roster.subsidy.function_prefix = ""
    authority.balance.available = D("3399.99")
    with pytest.raises(RuleViolation, match=r"needs 3,400\.00"):
        payments.draw_up_payments(office.clerk, roster, authority, account)
    authority.unit_id = office.world.neighbour_unit.pk
    with pytest.raises(RuleViolation, match="its own unit"):
        payments.draw_up_payments(office.clerk, roster, authority, account)
    assert not RosterPayment.objects.exists()


def test_before_the_end_of_publicity_nothing_is_paid_and_strangers_never_pay(office, world):
    roster = office.published()
    args = (roster, office.treasury.authority, office.treasury.account)
    with pytest.raises(NotAllowed, match="publicity is over"):
        payments.draw_up_payments(office.clerk, *args)
    roster.state = RosterState.READY
    for actor in (office.officer, make_actor("unit_clerk", world.neighbour_unit), make_actor("auditor", office.region)):
        for act, given in (
            (payments.draw_up_payments, args),
            (payments.pay_again, args[:1]),
            (payments.stop_dead, args[:1]),
        ):
            with pytest.raises(NotAllowed):
                act(actor, *given)


def test_what_is_no_correction(office):
    roster, request = office.asked()
    answer(request, {1, 3})
    failed = roster.lines.get(number=1)
    with pytest.raises(RuleViolation, match="No failed line has been corrected"):
        payments.pay_again(office.clerk, roster)
    with pytest.raises(RuleViolation, match="another household"):
        correct_line(office.clerk, failed, {"card": card(4 if failed.code[-1] != "4" else 1)}, "卡号录入有误")
    with pytest.raises(RuleViolation, match="Nothing"):
        correct_line(office.clerk, failed, {}, "无")
    with pytest.raises(RuleViolation, match="failed at the bank"):
        correct_line(office.clerk, roster.lines.get(number=2), {"name": "别人"}, "改")
    assert not LineCorrection.objects.exists()


def test_what_failed_is_corrected_and_paid_anew_by_a_request_that_follows(office):
    roster, request = office.asked()
    answer(request, {1, 3})
    assert outcomes(roster) == ["failed", "paid", "failed", "paid"]
    failed = roster.lines.get(number=1)
    assert (failed.reason, failed.request) == (REASON, request)
    old = failed.name
    correct_line(office.clerk, failed, {"name": "阿拉坦•其木格", "card": card(77)}, "与身份证、社保卡核对")
    failed.refresh_from_db()
    assert (failed.name, failed.card, failed.household.card, failed.card_sound) == (
        "阿拉坦•其木格",
        card(77),
        card(77),
        True,
    )
    assert LineCorrection.objects.get().old_name == old
    with pytest.raises(DatabaseError), transaction.atomic():
        LineCorrection.objects.update(reason="别的")
    [again] = payments.pay_again(office.clerk, roster)
    assert (again.rows.get().payee_account, again.total) == (card(77), failed.amount)
    follower = RosterPayment.objects.get(request=again)
    assert follower.again.request == request
    answer(again, set())
    line = roster.lines.get(number=1)
    assert (line.outcome, line.tries, line.reason) == (Outcome.PAID, 2, "")
    assert outcomes(roster) == ["paid", "paid", "failed", "paid"]
    assert "2 payment" in selfcheck()
    facts = [entry.facts for entry in Entry.objects.filter(event="subsidy.line_corrected")]
    assert card(77) not in str(facts)


def test_a_receipt_that_comes_again_or_of_somebody_else_changes_nothing(office):
    roster, request = office.asked()
    answer(request, {1})
    before = list(roster.lines.order_by("pk").values())
    payments.settle(request)
    PaymentRow.objects.filter(request=request).update(outcome="failed", reason="别的")
    payments.settle(request)
    assert list(roster.lines.order_by("pk").values()) == before
    other = office.treasury.request()
    payments.settle(other)
    assert Entry.objects.filter(event="subsidy.payment_settled").count() == 1
    assert dict(registry.settled_payments.items())["subsidy"] is payments.settle


def test_a_request_given_up_frees_its_lines(office):
    roster, request = office.asked()
    abandon_request(office.clerk, request)
    assert request.state == RequestState.WITHDRAWN
    [second] = payments.draw_up_payments(office.clerk, roster, office.treasury.authority, office.treasury.account)
    assert second != request
    assert set(roster.lines.values_list("request", "tries")) == {(second.pk, 1)}


def test_payments_to_the_dead_are_stopped_and_given_back(office, tmp_path):
    roster = office.ready()
    number = person(3, office.region.code)
    office.register.bring(tmp_path, "persons", [{"名单": "死亡", "身份证号": number, "姓名": "牧户3"}])
    assert payments.stop_dead(office.clerk, roster) == 1
    assert payments.stop_dead(office.clerk, roster) == 0
    [request] = payments.draw_up_payments(office.clerk, roster, office.treasury.authority, office.treasury.account)
    assert request.total == D("2550.00")
    with pytest.raises(RuleViolation, match="cannot be stopped"):
        payments.stop_line(office.clerk, roster.lines.filter(outcome=Outcome.REQUESTED).first(), "误发")
    assert ties(roster).back == D("850.00")


def test_a_line_that_is_paid_or_given_back_is_kept(office):
    roster, request = office.asked()
    answer(request, {1})
    lines = roster.lines.all()
    for change in (
        lambda: lines.filter(outcome="paid").update(outcome="waiting"),
        lambda: lines.filter(outcome="paid").update(name="别人"),
        lambda: lines.filter(outcome="failed").update(amount=D("1.00")),
        lambda: lines.filter(outcome="failed").delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def paid_by_the_bank(office):
    """A roster that the bank has paid but for its first line, over the whole way of a payment."""
    treasury = office.treasury
    treasury.connect(stamp_key=SandboxStamp("07" * 32).public_key)
    roster, request = office.asked()
    disbursement.submit_request(office.clerk, request)
    treasury.sign(request)
    names = {line.card: "别人" if line.number == 1 else line.name for line in roster.lines.all()}
    line = DeskLine(desk(**{f"_{card}": name for card, name in names.items()}))
    for _round in range(3):
        disbursement.send_due(treasury.link, line)
        disbursement.fetch(treasury.link, line)
        exchange.settle_new()
    request.refresh_from_db()
    return roster, request


def test_what_a_household_sends_back_is_given_back_whole(office):
    roster, request = paid_by_the_bank(office)
    row = request.rows.get(number=2)
    with pytest.raises(RuleViolation):
        disbursement.draw_up_refund(office.clerk, row, D("1.00"), "重复发放退回")
    refund = disbursement.draw_up_refund(office.clerk, row, row.amount, "重复发放退回")
    disbursement.submit_request(office.clerk, refund)
    office.treasury.sign(refund)
    treasury, back = office.treasury, DeskLine(desk())
    disbursement.send_due(treasury.link, back)
    disbursement.fetch(treasury.link, back)
    exchange.settle_new()
    line = roster.lines.get(number=2)
    assert (line.outcome, line.reason) == ("stopped", "重复发放退回")
    assert roster.lines.filter(outcome="paid").count() == 2
    assert Entry.objects.filter(event="subsidy.line_refunded", subject_id=str(roster.pk)).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        roster.lines.filter(number=2).update(outcome="paid")


def test_what_failed_is_paid_again_from_the_roster_alone(office):
    roster, request = paid_by_the_bank(office)
    assert request.state == "part"
    with pytest.raises(NotAllowed):
        disbursement.pay_again(office.clerk, request)
    line = roster.lines.get(number=1)
    correct_line(office.clerk, line, {"name": line.name, "card": card(500)}, "换卡")
    [again] = payments.pay_again(office.clerk, roster)
    assert again.again == request
    assert [row.repeats.number for row in again.rows.all()] == [1]


class Play:
    """Whatever may be done with a roster that is paid, in whatever order; what is not open just now is refused."""

    def __init__(self, office, seed):
        self.office, self.rng, self.roster = office, random.Random(seed), office.ready()
        self.source = (office.treasury.authority, office.treasury.account)

    def waiting(self):
        """Requests that the bank may answer."""
        rows = self.roster.payments.select_related("request")
        open_ = [row.request for row in rows if row.request.state == RequestState.DRAFT]
        return [request for request in open_ if self.roster.lines.filter(request=request, outcome="requested")]

    def ask(self):
        payments.draw_up_payments(self.office.clerk, self.roster, *self.source)

    def again(self):
        payments.pay_again(self.office.clerk, self.roster)

    def answer(self):
        for request in self.waiting()[:1]:
            rows = request.rows.values_list("number", flat=True)
            answer(request, {number for number in rows if self.rng.random() < 0.5})

    def correct(self):
        for line in self.roster.lines.filter(outcome="failed")[:1]:
            correct_line(self.office.clerk, line, {"card": card(self.rng.randrange(1000, 10**6))}, "更正")

    def stop(self):
        payments.stop_line(self.office.clerk, self.rng.choice(list(self.roster.lines.all())), "停发")

    def lose(self):
        for request in self.waiting()[:1]:
            abandon_request(self.office.clerk, request)

    def step(self):
        act = self.rng.choice((self.ask, self.answer, self.answer, self.correct, self.again, self.stop, self.lose))
        with suppress(RuleViolation):
            act()


@pytest.mark.parametrize("seed", range(4))
def test_issued_is_paid_and_back_and_unpaid_at_every_moment(office, seed, monkeypatch):
    monkeypatch.setattr(payments, "MOST_ROWS", 2)
    play = Play(office, seed)
    for _step in range(14):
        play.step()
        total = ties(play.roster)
        assert total.paid == sum(payment.request.paid for payment in play.roster.payments.select_related("request"))
        selfcheck()
