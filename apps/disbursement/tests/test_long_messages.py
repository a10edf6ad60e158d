"""Messages longer than any memory: kept in parts, read piece by piece, in both dialects."""

import base64
import subprocess
import sys
from io import BytesIO

import pytest
from django.utils import timezone

from apps.disbursement.models import BankStatement, InMessage, InState, MessagePart
from apps.disbursement.sandbox import iso, mof
from apps.disbursement.sandbox.accounts import Movement
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.services import exchange, keeping
from apps.disbursement.tests.factories import make_treasury
from apps.disbursement.tests.messages import SAID
from apps.disbursement.transport import Received
from apps.disbursement.wire import Unreadable
from apps.disbursement.wire.mof import envelope as envelopes
from apps.disbursement.wire.mof import lifting, read_envelopes
from apps.disbursement.wire.mof.lifting import Lifter

STAMP = SandboxStamp("07" * 32)
# 60 MB of camt.053, made while they are read: what reads them may take no more memory than for a short one.
READS = """
import resource, sys
from apps.disbursement.tests.messages import entry, statement
from apps.disbursement.wire.iso import read_statement
whole = statement("{}").decode()
head, _cut, tail = whole.partition("{}")
one = entry("1.00", ("P1", "1.00"), more="<RvslInd>false</RvslInd>")
one = one.replace("</Ntry>", "<AddtlNtryInf>" + "x" * 500 + "</AddtlNtryInf></Ntry>") * 50
class Long:
    left, rest = 60_000_000 // len(one), head.encode()
    def read(self, size):
        while len(self.rest) < size and self.left:
            self.left -= 1
            self.rest += one.encode() + (tail.encode() if not self.left else b"")
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _booking in read_statement(Long()).bookings)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_statement_of_60_megabytes_takes_no_memory() -> None:
    told = subprocess.run([sys.executable, "-c", READS], capture_output=True, text=True, check=True).stdout.split()
    assert int(told[0]) > 50_000
    assert int(told[1]) < 20_000  # KiB more than before the first byte


@pytest.fixture
def treasury(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    return make_treasury(world)


def day_of(treasury, count, dialect):
    """A statement of so many bookings."""
    account, day = treasury.account.number, timezone.localdate()
    moves = [
        Movement(account, day, number, "V", f"P{number}", f"B{number}", payee="62284801") for number in range(1, count)
    ]
    if dialect == "mof":
        return mof.statement("150102000", "D1", account, day, 10**9, moves, STAMP.sign, "4005")
    return iso.statement("D1", account, day, SAID, 10**9, moves)


@pytest.mark.parametrize("dialect", ["mof", "iso"])
def test_a_long_message_is_kept_in_parts_and_read_from_them(treasury, dialect, monkeypatch):
    monkeypatch.setattr(keeping, "PART", 20_000)
    monkeypatch.setattr(lifting, "IN_MEMORY", 100)
    monkeypatch.setattr(envelopes, "IN_MEMORY", 100)
    treasury.dialect = dialect
    treasury.connect(stamp_key=STAMP.public_key)
    raw = day_of(treasury, 600, dialect)  # more than is read at a time
    message = exchange.keep(treasury.link, Received("1", b"", BytesIO(raw)).opened())
    assert (bytes(message.raw), message.size) == (b"", len(raw))
    assert b"".join(bytes(part.raw) for part in MessagePart.objects.order_by("number")) == raw
    exchange.keep(treasury.link, raw)
    exchange.settle_new()
    message.refresh_from_db()
    assert (message.state, message.times, message.trouble) == (InState.DONE, 2, "")
    assert BankStatement.objects.get().entries_count == 599


def test_a_long_message_for_which_the_disk_has_no_room_waits(treasury, monkeypatch):
    treasury.connect(stamp_key=STAMP.public_key)
    exchange.keep(treasury.link, day_of(treasury, 3, "mof"))

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("apps.disbursement.services.answers.opened", full)
    exchange.settle_new()
    assert InMessage.objects.get().state == InState.NEW
    monkeypatch.undo()
    exchange.settle_new()
    assert InMessage.objects.get().state == InState.DONE


def envelope(body: str) -> bytes:
    return (
        '<MOF><VoucherCount>1</VoucherCount><VoucherBody AdmDivCode="150102000" StYear="2027" VtCode="5214" VoucherNo="1">'
        f"<VoucherFlag>0</VoucherFlag><Voucher>{body}</Voucher></VoucherBody></MOF>"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (envelope("AA="), "base64"),
        (envelope("A*=="), "base64"),
        (envelope("<x/>"), "xml"),
        (b"<!DOCTYPE MOF [<!ENTITY a 'aaaa'>]>" + envelope("&a;"), "doctype"),
        (envelope("AAAA")[:-3], "xml"),
    ],
)
def test_what_is_no_body_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        list(read_envelopes(BytesIO(raw)))
    assert refused.value.code == code


def test_a_body_in_pieces_of_any_length_comes_through(monkeypatch) -> None:
    body = bytes(range(256)) * 50
    raw = envelope(base64.encodebytes(body).decode())
    for length in (1, 7, 4096):
        pieces = (raw[start : start + length] for start in range(0, len(raw), length))
        lifter = Lifter()
        lifter.read(pieces)
        assert [each.read() for each in lifter.bodies] == [body]
    monkeypatch.setattr(lifting, "SKELETON", 100)
    with pytest.raises(Unreadable, match="too_large"):
        list(read_envelopes(BytesIO(raw)))
