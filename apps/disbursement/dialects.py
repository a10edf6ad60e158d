"""What a treasury understands: the ministry's envelope, or ISO 20022. Both say and hear the same terms.

A dialect knows whose stamps to put on what goes out and whose to expect on what comes in; it keeps nothing. What it hears
is believed by its caller only where `genuine` is not False: a forged message is kept, shown and never acted on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from apps.disbursement.wire import Answer, Order, OrderKey, Statement, Unreadable, iso, mof
from apps.disbursement.wire.reading import root_of
from imbudget.kit.crypto import sm3, sm3_of_stream
from imbudget.kit.signing import Provider, verify

STATEMENT_TYPES = frozenset({"4004", "4005"})
STAMP = "gz"  # 公章
PAYMENT, REFUND, CORRECTION = "5214", "2203", "5253"  # 国库集中支付凭证, 退款通知书, 调整凭证


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that a message says. `genuine`: whether all its stamps are right; None in a dialect that has none."""

    said: Answer | Statement
    genuine: bool | None


class Dialect(Protocol):
    """The two directions. `carries` are the types of vouchers for which it has a message."""

    carries: frozenset[str]

    def write(self, order: Order, message: str, said_at: datetime) -> bytes:
        """An order under the id of the message; raises Unreadable("schema") where a field does not fit."""

    def ask(self, key: OrderKey, original: str, message: str, said_at: datetime) -> bytes:
        """查询: what became of the order of this key, which went out as the message `original`."""

    def read(self, source: BinaryIO) -> Iterator[Heard]:
        """All that a message says, read while it is asked for; raises Unreadable where it is none."""


class MofDialect:
    """Electronic vouchers. `holder` is whose stamp is set; `trusted` are public keys by the name on the stamp."""

    carries = frozenset({PAYMENT, REFUND, CORRECTION})

    def __init__(self, provider: Provider, holder: str, trusted: Mapping[str, bytes]) -> None:
        self._provider, self._holder, self._trusted = provider, holder, trusted

    def write(self, order: Order, message: str, said_at: datetime) -> bytes:
        """As `Dialect.write`: the stamp is over the SM3 digest of the body."""
        return self.envelope(order.key, mof.write_voucher(order))

    def ask(self, key: OrderKey, original: str, message: str, said_at: datetime) -> bytes:
        """As `Dialect.ask`: stamped like a voucher."""
        return self.envelope(key, mof.write_query(key, message, said_at))

    def envelope(self, key: OrderKey, body: bytes) -> bytes:
        """A frozen body in its envelope, stamped: the same body may be sent again years later."""
        stamp = mof.Stamp(STAMP, self._holder, self._provider.sign(self._holder, sm3(body)))
        return mof.write_envelopes([mof.Envelope(key, mof.ORDER, body, (stamp,))])

    def read(self, source: BinaryIO) -> Iterator[Heard]:
        """As `Dialect.read`."""
        for envelope in mof.read_envelopes(source):
            genuine = self._is_genuine(
                envelope
            )  # to its end, before what it says is read from the same file bit by bit
            yield Heard(_said(envelope), genuine)

    def _is_genuine(self, envelope: mof.Envelope) -> bool:
        digest = bytes.fromhex(sm3_of_stream(envelope.opened()))
        return bool(envelope.stamps) and all(
            stamp.name in self._trusted and verify(self._trusted[stamp.name], digest, stamp.value)
            for stamp in envelope.stamps
        )


def _said(envelope: mof.Envelope) -> Answer | Statement:
    if envelope.key.type in STATEMENT_TYPES:
        return mof.read_statement(envelope)
    if root_of(envelope.opened())[1] == "State":
        return mof.read_state(envelope)
    return mof.read_receipt(envelope)


class IsoDialect:
    """ISO 20022 has no stamps: who speaks is known by the line (mutual TLS).

    It has no message of ours for what changes a payment: money that comes back is seen on the statement, and under which
    classification it was paid is no business of a bank.
    """

    carries = frozenset({PAYMENT})

    def write(self, order: Order, message: str, said_at: datetime) -> bytes:
        """As `Dialect.write`: pain.001."""
        return iso.write_order(order, message, said_at)

    def ask(self, key: OrderKey, original: str, message: str, said_at: datetime) -> bytes:
        """As `Dialect.ask`: the part of pacs.028 that asks about one order."""
        return iso.write_query(original, message, said_at)

    def read(self, source: BinaryIO) -> Iterator[Heard]:
        """As `Dialect.read`: pain.002, camt.054 and camt.053 by their namespaces."""
        namespace = root_of(source)[0].rpartition(":")[2]
        if namespace.startswith("pain.002."):
            yield Heard(iso.read_answer(source), None)
        elif namespace.startswith("camt.054."):
            yield Heard(iso.read_notification(source), None)
        elif namespace.startswith("camt.053."):
            yield Heard(iso.read_statement(source), None)
        else:
            raise Unreadable("message", namespace[:40])
