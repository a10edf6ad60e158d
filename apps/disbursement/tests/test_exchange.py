"""Between us and the treasury: at least once on the line, exactly once in the ledger, and nothing forged is believed."""

import base64
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.disbursement import services
from apps.disbursement.models import InMessage, InState, Outcome, OutMessage, OutState, RequestState, VoucherState
from apps.disbursement.sandbox import mof
from apps.disbursement.sandbox.orders import Refused
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.services import exchange
from apps.disbursement.tests.factories import Treasury, make_treasury, row
from apps.disbursement.tests.messages import status
from apps.disbursement.tests.rounds import one_round
from apps.disbursement.tests.sandboxed import DeskLine, Sandbox, desk
from apps.disbursement.transport import LineDown
from apps.ledger.models import Posting
from apps.ledger.tests.factories import balance

D = Decimal
KEY = SandboxStamp("07" * 32).public_key


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture(params=["mof", "iso"])
def treasury(world, request):
    made = make_treasury(world, request.param)
    made.connect(stamp_key=KEY)
    return made


@pytest.fixture
def ministry(world):
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    return made


def rounds(treasury, line, times=3):
    for _round in range(times):
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        exchange.settle_new()


def money(treasury):
    now = balance(treasury.authority)
    return (now["reserved"], now["spent"], now["available"])


def test_a_payment_goes_out_and_is_booked_when_the_bank_says_so(treasury):
    request = treasury.approved(row("100.00"), row("50.00", number=2))
    rounds(treasury, DeskLine(desk()))
    request.refresh_from_db()
    assert (request.state, request.paid, request.voucher.state) == ("paid", D("150.00"), VoucherState.ANSWERED)
    assert money(treasury) == (D(0), D("150.00"), D("850.00"))
    assert [(each.outcome, bool(each.bank_reference), bool(each.paid_on)) for each in request.rows.all()] == [
        ("paid", True, True)
    ] * 2
    assert set(InMessage.objects.values_list("state", flat=True)) == {InState.DONE}


def test_what_failed_is_free_again_with_the_bank_s_reason(treasury):
    request = treasury.approved(row("100.00"), row("50.00", name="别人", number=2))
    known = {f"_62284801{1:011}": "阿拉坦·其木格", f"_62284801{2:011}": "其木格"}
    rounds(treasury, DeskLine(desk(**known)))
    request.refresh_from_db()
    assert (request.state, request.paid) == (RequestState.PART, D("100.00"))
    assert money(treasury) == (D(0), D("100.00"), D("900.00"))
    assert [(each.outcome, each.reason_code, each.reason) for each in request.rows.all()] == [
        (Outcome.PAID, "", ""),
        (Outcome.FAILED, "BE01", "户名不符"),
    ]


def test_an_order_that_nobody_could_be_paid_from(treasury):
    request = treasury.approved(row("100.00", name="别人"))
    rounds(treasury, DeskLine(desk(_6=" ")))
    request.refresh_from_db()
    assert (request.state, money(treasury)) == (RequestState.FAILED, (D(0), D(0), D("1000.00")))


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_line_that_breaks_sends_again_and_pays_once(treasury, how):
    request = treasury.approved()
    line = DeskLine(desk())
    line.breaks = [how]
    with pytest.raises(LineDown):
        services.send_due(treasury.link, line)
    [message] = OutMessage.objects.all()
    assert (message.state, message.tries, message.trouble, message.due > timezone.now()) == ("waiting", 1, how, True)
    assert services.send_due(treasury.link, line) == 0  # it is not due yet
    OutMessage.objects.update(due=timezone.now())
    rounds(treasury, line)
    request.refresh_from_db()
    assert (request.state, money(treasury)) == ("paid", (D(0), D("100.00"), D("900.00")))
    assert len(line.desk.ledger.movements) == 1


def test_an_acknowledgement_that_is_lost_brings_the_message_again(treasury):
    treasury.approved()
    line = DeskLine(desk())
    services.send_due(treasury.link, line)
    line.breaks = ["before"]
    with pytest.raises(LineDown):
        services.fetch(treasury.link, line)
    line.desk.outbox.last += 10
    rounds(treasury, line)
    assert money(treasury) == (D(0), D("100.00"), D("900.00"))
    assert max(InMessage.objects.values_list("times", flat=True)) == 2


def test_late_doubled_and_disordered_answers_pay_once(treasury):
    request = treasury.approved(row("100.00"), row("50.00", number=2))
    line = DeskLine(desk(Temper(seed=3, twice=1, shuffled=1)))
    rounds(treasury, line)
    line.desk.ask(request.voucher.number)
    rounds(treasury, line)
    request.refresh_from_db()
    assert (request.state, money(treasury)) == ("paid", (D(0), D("150.00"), D("850.00")))
    assert Posting.objects.filter(key__startswith=request.hold).count() == 2


def test_an_answer_that_never_came_is_asked_for(treasury):
    request = treasury.approved()
    line = DeskLine(desk(Temper(never=1)))
    rounds(treasury, line)
    request.refresh_from_db()
    assert (request.state, money(treasury)) == ("approved", (D("100.00"), D(0), D("900.00")))
    line.desk.ask(request.voucher.number)
    rounds(treasury, line)
    request.refresh_from_db()
    assert request.state == RequestState.PAID


def taken(treasury, raw):
    """What became of a message that somebody sent us."""
    message = exchange.keep(treasury.link, raw)
    exchange.settle_new()
    message.refresh_from_db()
    return message


def receipt_of(treasury, line):
    """The receipt as it lies in the treasury's outbox."""
    services.send_due(treasury.link, line)
    return [message.raw for message in line.desk.outbox.waiting][-1]


def test_a_forged_receipt_moves_nothing(ministry):
    request = ministry.approved()
    line = DeskLine(desk())
    line.desk.sign = SandboxStamp("09" * 32).sign
    message = taken(ministry, receipt_of(ministry, line))
    assert (message.state, "stamp" in message.trouble) == (InState.REFUSED, True)
    request.refresh_from_db()
    assert (request.state, money(ministry)) == ("approved", (D("100.00"), D(0), D("900.00")))


def changed(ministry, raw, old, new):
    """The message with other words in its body, stamped by the treasury itself."""
    [body] = re.findall(rb"<Voucher>([^<]*)</Voucher>", raw)
    inner = base64.b64decode(body).decode()
    assert old in inner
    inner = inner.replace(old, new).encode()
    stamp = base64.b64encode(SandboxStamp("07" * 32).sign(inner))
    raw = raw.replace(body, base64.b64encode(inner))
    return re.sub(rb'(<SignStamp no="zqz" name="sandbox">)[^<]*', rb"\g<1>" + stamp, raw)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<XPayAmt>100.00</XPayAmt>", "<XPayAmt>99.99</XPayAmt>", "amount"),
        ("<PayAmt>100.00</PayAmt>", "<PayAmt>100.01</PayAmt>", "amount"),
        ("000001</VoucherDetailNo>", "000009</VoucherDetailNo>", "payees that the voucher has not"),
    ],
)
def test_a_receipt_that_does_not_fit_the_voucher_moves_nothing(ministry, old, new, words):
    request = ministry.approved()
    raw = receipt_of(ministry, DeskLine(desk()))
    message = taken(ministry, changed(ministry, raw, old, new))
    assert (message.state, words in message.trouble) == (InState.REFUSED, True), message.trouble
    assert taken(ministry, raw).state == InState.DONE
    request.refresh_from_db()
    assert request.state == RequestState.PAID


def test_a_receipt_that_says_the_contrary_afterwards_is_told(ministry):
    request = ministry.approved()
    line = DeskLine(desk())
    raw = receipt_of(ministry, line)
    assert taken(ministry, raw).state == InState.DONE
    other = changed(ministry, raw, "<XPayAmt>100.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt>")
    message = taken(ministry, other)
    assert (message.state, "something else" in message.trouble) == (InState.REFUSED, True)
    request.refresh_from_db()
    assert (request.state, money(ministry)) == ("paid", (D(0), D("100.00"), D("900.00")))


def test_a_receipt_for_a_voucher_that_was_never_sent(ministry):
    """Nor one that another region's treasury answers in its stead."""
    request = ministry.approved()
    raw = receipt_of(ministry, DeskLine(desk()))
    other = ministry.link
    other.pk, other.region = None, ministry.world.tree.neighbour
    other.save()
    message = exchange.keep(other, raw)
    exchange.settle_new()
    message.refresh_from_db()
    assert (message.state, "never sent" in message.trouble) == (InState.REFUSED, True)
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED


def test_a_refusal_to_receive_frees_no_money(ministry):
    """It may be that of a repetition: the first sending may still be paid."""
    request = ministry.approved()
    line = DeskLine(desk(Temper(never=1)))
    services.send_due(ministry.link, line)
    [sent] = line.desk.orders.values()
    refusal = mof.state(sent, "16", timezone.now(), "凭证号重复", 1, line.desk.sign)
    message = taken(ministry, refusal)
    assert (message.state, "is asked about it" in message.trouble) == (InState.REFUSED, True)
    assert money(ministry) == (D("100.00"), D(0), D("900.00"))
    line.desk.ask(request.voucher.number)
    rounds(ministry, line)
    request.refresh_from_db()
    assert (request.state, money(ministry)) == ("paid", (D(0), D("100.00"), D("900.00")))


def test_a_refusal_of_what_it_says_is_final(ministry):
    request = ministry.approved()
    line = DeskLine(desk(Temper(never=1)))
    services.send_due(ministry.link, line)
    [sent] = line.desk.orders.values()
    message = taken(ministry, mof.state(sent, "30", timezone.now(), "要素校验失败", 1, line.desk.sign))
    request.refresh_from_db()
    assert (message.state, request.state, request.voucher.state) == (InState.DONE, "failed", VoucherState.REFUSED)
    assert money(ministry) == (D(0), D(0), D("1000.00"))


def test_a_time_that_nobody_can_read_holds_up_no_other_message(world):
    treasury = make_treasury(world, "iso")
    treasury.connect()
    raw = status("<PmtInfSts>ACSC</PmtInfSts>").replace(b"T10:00:00", b"T24:00:00")
    assert taken(treasury, raw).state == InState.REFUSED


@pytest.mark.parametrize("raw", [b"", b"<x/>", b"\x00" * 100, "你好".encode()])
def test_what_is_no_message_is_kept_and_said_so(ministry, raw):
    message = taken(ministry, raw)
    assert (message.state, bytes(message.raw), bool(message.trouble)) == (InState.REFUSED, raw, True)


def test_what_the_other_end_does_not_take_is_not_sent_again(ministry):
    ministry.approved()
    line = DeskLine(desk())

    def refuse(_raw):
        raise Refused("no")

    line.desk.take = refuse
    assert services.send_due(ministry.link, line) == 1
    [message] = OutMessage.objects.all()
    assert (message.state, message.trouble) == (OutState.REFUSED, "no")


@pytest.mark.covers("传输机密性")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dialect", ["mof", "iso"])
def test_over_the_wire_with_a_treasury_of_its_own_process(world, settings, dialect):
    treasury = Treasury(world, dialect)
    with Sandbox("--key", "07" * 32) as sandbox:
        settings.TREASURY_PLACES = {"sandbox": {"address": f"http://localhost:{sandbox.told['listening']}"}}
        treasury.connect(stamp_key=KEY)
        request = treasury.approved(row("100.00"))
        for _round in range(50):
            one_round()
            request.refresh_from_db()
            if request.state == RequestState.PAID:
                break
        sandbox.kill()
        assert one_round()["down"] == 1
    assert (request.state, money(treasury)) == ("paid", (D(0), D("100.00"), D("900.00")))
