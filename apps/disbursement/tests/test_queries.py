"""查询 and 查复: what the desk and the clock do about vouchers of which nothing is heard, and what they must not free."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services
from apps.disbursement.models import InMessage, InState, OutMessage, OutState, RequestState, VoucherState
from apps.disbursement.sandbox import iso, mof
from apps.disbursement.sandbox.desk import read
from apps.disbursement.sandbox.orders import Query, Refused
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.services import exchange, queries
from apps.disbursement.tests.factories import make_treasury
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.ledger.tests.factories import balance
from imbudget.kit.errors import RuleViolation

D = Decimal
KEY = SandboxStamp("07" * 32).public_key


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture(params=["mof", "iso"])
def treasury(world, request):
    made = make_treasury(world, request.param)
    made.connect(stamp_key=KEY)
    made.desk = make_actor("treasury_officer", made.region)
    return made


@pytest.fixture
def ministry(world):
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    made.desk = make_actor("treasury_officer", made.region)
    return made


def rounds(treasury, line, times=2):
    for _round in range(times):
        services.send_due(treasury.link, line)
        line.desk.outbox.last += 10
        services.fetch(treasury.link, line)
        exchange.settle_new()


def refusing(line):
    """A treasury that takes no voucher, and answers queries."""
    real = line.desk.take

    def take(raw):
        if not any(isinstance(each, Query) for each in read(raw)):
            raise Refused("凭证库维护")
        return real(raw)

    line.desk.take = take
    return line


def held(treasury):
    now = balance(treasury.authority)
    return (now["reserved"], now["spent"], now["available"])


def test_who_asks_is_answered_and_the_query_knows_it(treasury):
    request = treasury.approved()
    line = DeskLine(desk(Temper(never=1)))
    rounds(treasury, line)
    query = queries.ask_treasury(treasury.desk, request.voucher)
    with pytest.raises(RuleViolation, match="on its way"):
        queries.ask_treasury(treasury.desk, request.voucher)
    rounds(treasury, line)
    request.refresh_from_db()
    query.refresh_from_db()
    assert (request.state, query.says, bool(query.answered_at)) == ("paid", "known", True)
    with pytest.raises(RuleViolation, match="has answered"):
        queries.ask_treasury(treasury.desk, request.voucher)


def test_the_clock_asks_about_what_is_not_answered_and_not_twice_at_once(treasury, settings):
    request = treasury.approved()
    line = DeskLine(desk(Temper(never=1)))
    rounds(treasury, line)
    assert queries.ask_overdue() == 0
    OutMessage.objects.update(sent_at=timezone.now() - timedelta(minutes=settings.TREASURY_ASK_MINUTES + 1))
    assert (queries.ask_overdue(), queries.ask_overdue()) == (1, 0)
    rounds(treasury, line)
    request.refresh_from_db()
    assert request.state == RequestState.PAID
    assert queries.ask_overdue() == 0


def test_a_refused_repetition_is_asked_about_by_itself(ministry):
    request = ministry.approved()
    line = DeskLine(desk(Temper(never=1)))
    services.send_due(ministry.link, line)
    [sent] = line.desk.orders.values()
    for number in (1, 2):
        exchange.keep(ministry.link, mof.state(sent, "16", timezone.now(), "凭证号重复", number, line.desk.sign))
    exchange.settle_new()
    assert OutMessage.objects.filter(kind="query").count() == 1
    rounds(ministry, line)
    request.refresh_from_db()
    assert (request.state, held(ministry)) == ("paid", (D(0), D("100.00"), D("900.00")))


def test_a_voucher_that_was_never_taken_is_given_up_only_after_the_treasury_said_so(treasury):
    request = treasury.approved()
    line = refusing(DeskLine(desk()))
    rounds(treasury, line)
    voucher = request.voucher
    with pytest.raises(RuleViolation, match="Ask the treasury first"):
        queries.give_up_voucher(treasury.desk, voucher, "维护")
    queries.ask_treasury(treasury.desk, voucher)
    rounds(treasury, line)
    assert OutMessage.objects.get(kind="query").says == "unknown"
    assert held(treasury) == (D("100.00"), D(0), D("900.00"))
    queries.give_up_voucher(treasury.desk, voucher, "凭证库维护,改日重付")
    request.refresh_from_db()
    assert (request.state, voucher.state, held(treasury)) == ("failed", "refused", (D(0), D(0), D("1000.00")))
    assert request.rows.get().reason == "凭证库维护,改日重付"


def test_it_is_not_given_up_when_it_was_sent_again_after_the_question(ministry):
    request = ministry.approved()
    line = refusing(DeskLine(desk()))
    rounds(ministry, line)
    queries.ask_treasury(ministry.desk, request.voucher)
    rounds(ministry, line)
    message = OutMessage.objects.get(kind="voucher")
    queries.send_again(ministry.desk, message)
    with pytest.raises(RuleViolation, match="has not refused"):
        queries.give_up_voucher(ministry.desk, request.voucher, "x")
    rounds(ministry, line)
    with pytest.raises(RuleViolation, match="Ask the treasury first"):
        queries.give_up_voucher(ministry.desk, request.voucher, "x")
    line.desk.take = type(line.desk).take.__get__(line.desk)
    message.refresh_from_db()
    queries.send_again(ministry.desk, message)
    rounds(ministry, line)
    request.refresh_from_db()
    assert request.state == RequestState.PAID
    with pytest.raises(RuleViolation, match="has answered"):
        queries.send_again(ministry.desk, OutMessage.objects.get(kind="voucher"))


def test_that_a_voucher_is_unknown_is_believed_as_an_answer_to_our_query_alone(treasury):
    request = treasury.approved()
    line = DeskLine(desk(Temper(never=1)))
    services.send_due(treasury.link, line)
    asked = Query(treasury.link.dialect, "Q-nobody", request.voucher.number, "", "150102000", "2027", "5214")
    raw = (
        mof.state(asked, "99", timezone.now(), "查无此凭证", 7, line.desk.sign, asked.message)
        if treasury.link.dialect == "mof"
        else iso.unknown(asked, timezone.now(), 7)
    )
    message = exchange.keep(treasury.link, raw)
    exchange.settle_new()
    message.refresh_from_db()
    assert (message.state, "never sent" in message.trouble) == (InState.REFUSED, True)
    assert request.voucher.state == VoucherState.MADE or held(treasury)[0] == D("100.00")


def test_who_has_received_a_voucher_cannot_say_that_it_is_unknown(ministry):
    request = ministry.approved()
    line = DeskLine(desk(Temper(never=1)))
    rounds(ministry, line)
    [sent] = line.desk.orders.values()
    exchange.keep(ministry.link, mof.state(sent, "15", timezone.now(), "", 3, line.desk.sign))
    query = queries.ask_treasury(ministry.desk, request.voucher)
    line.desk.orders.clear()
    rounds(ministry, line)
    message = InMessage.objects.get(state=InState.REFUSED)
    query.refresh_from_db()
    assert ("has received" in message.trouble, query.says) == (True, "known")


def test_only_the_desk_of_the_region_itself_does_any_of_it(ministry):
    request = ministry.approved()
    rounds(ministry, DeskLine(desk(Temper(never=1))))
    tree, message = ministry.world.tree, OutMessage.objects.get()
    for actor in (
        make_actor("treasury_officer", tree.league),
        make_actor("banner_officer", ministry.region),
        ministry.clerk,
    ):
        for work in (
            lambda actor=actor: queries.ask_treasury(actor, request.voucher),
            lambda actor=actor: queries.send_again(actor, message),
            lambda actor=actor: queries.give_up_voucher(actor, request.voucher, "x"),
        ):
            with pytest.raises(RuleViolation, match="Only the treasury"):
                work()
    assert OutMessage.objects.get().state == OutState.SENT
