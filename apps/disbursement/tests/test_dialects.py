"""Both dialects against the treasury beside us: orders go out stamped, answers are heard, forged ones are told apart."""

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from apps.disbursement.dialects import Dialect, Heard, IsoDialect, MofDialect
from apps.disbursement.tests.messages import SAID, order, status
from apps.disbursement.tests.sandboxed import Sandbox
from apps.disbursement.wire import Answer, Standing, Statement, Unreadable
from imbudget.kit.signing import SoftwareProvider

OFFICE = "和林格尔县财政局"
PROVIDER = SoftwareProvider(b"\x07" * 32)


def trust(folder: Path, **keys: str) -> Path:
    """The public keys that the treasury believes."""
    path = folder / "trust.json"
    path.write_text(json.dumps(keys or {OFFICE: PROVIDER.public_key(OFFICE).hex()}), encoding="utf-8")
    return path


def heard(dialect: Dialect, sandbox: Sandbox, wanted: int) -> list[Heard]:
    return [one for message in sandbox.messages(wanted) for one in dialect.read(BytesIO(message.raw))]


def ministry(sandbox: Sandbox, /, **keys: bytes) -> MofDialect:
    return MofDialect(PROVIDER, OFFICE, keys or {"sandbox": bytes.fromhex(sandbox.told["public_key"])})


def test_a_stamped_voucher_is_paid_and_its_receipt_is_genuine(tmp_path: Path) -> None:
    with Sandbox("--trust", str(trust(tmp_path))) as sandbox:
        dialect = ministry(sandbox)
        sandbox.line.send("1", dialect.write(order("100.00"), "1", SAID))
        taken, paid = heard(dialect, sandbox, 2)
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = heard(dialect, sandbox, 2)
    assert [one.genuine for one in (taken, paid, ended)] == [True, True, True]
    assert isinstance(paid.said, Answer)
    assert paid.said.standing == Standing.PAID
    assert isinstance(ended.said, Statement)


@pytest.mark.covers("E1", "传输完整性")
def test_a_voucher_that_was_changed_on_its_way_is_refused(tmp_path: Path) -> None:
    with Sandbox("--trust", str(trust(tmp_path))) as sandbox:
        dialect = ministry(sandbox)
        other = dialect.write(replace(order("900.00"), key=order().key), "1", SAID)
        body, stamp = r"<Voucher>[^<]*</Voucher>", r"<SignStamp .*?</SignStamp>"
        sound = dialect.write(order("100.00"), "1", SAID).decode()
        found = re.search(body, other.decode())
        assert found is not None
        sandbox.line.send("1", re.sub(body, found[0], sound).encode())
        sandbox.line.send("2", re.sub(stamp, "", sound).encode())
        answers = [one.said for one in heard(dialect, sandbox, 2)]
    assert [(one.standing, one.reason) for one in answers if isinstance(one, Answer)] == [
        (Standing.REFUSED, "验签失败"),
        (Standing.REFUSED, "凭证未签章"),
    ]


@pytest.mark.covers("传输完整性")
@pytest.mark.parametrize("keys", [{"sandbox": PROVIDER.public_key("other")}, {"other": PROVIDER.public_key(OFFICE)}])
def test_a_receipt_of_somebody_else_is_told_apart(keys: dict[str, bytes]) -> None:
    with Sandbox() as sandbox:
        dialect = ministry(sandbox, **keys)
        sandbox.line.send("1", dialect.write(order("100.00"), "1", SAID))
        assert [one.genuine for one in heard(dialect, sandbox, 2)] == [False, False]


def test_the_other_dialect_says_the_same() -> None:
    dialect = IsoDialect()
    with Sandbox() as sandbox:
        sandbox.line.send("1", dialect.write(order("100.00"), "1", SAID))
        taken, paid, booked = heard(dialect, sandbox, 3)
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = heard(dialect, sandbox, 2)
    assert [one.genuine for one in (taken, paid, booked, ended)] == [None] * 4
    assert isinstance(paid.said, Answer)
    assert paid.said.standing == Standing.PAID
    assert isinstance(booked.said, Statement)
    assert isinstance(ended.said, Statement)


@pytest.mark.parametrize("raw", [b"", b"<x/>", b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>'])
def test_what_is_no_message_of_a_dialect_is_refused(raw: bytes) -> None:
    for dialect in (IsoDialect(), MofDialect(PROVIDER, OFFICE, {})):
        with pytest.raises(Unreadable):
            list(dialect.read(BytesIO(raw)))
    assert next(IsoDialect().read(BytesIO(status("<PmtInfSts>ACSC</PmtInfSts>")))).genuine is None
