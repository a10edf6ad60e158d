"""An order as the sandbox understands it, whatever it was written in."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Row:
    """One payee, and what has become of it."""

    reference: str
    name: str
    number: str
    amount: Decimal
    paid: bool = False
    reason: str = ""
    bank_reference: str = ""
    original: str = ""  # the payment that a refund or a correction changes


@dataclass
class Taken:
    """An order that has come in."""

    dialect: str
    division: str
    year: str
    type: str
    voucher: str
    payer: str
    total: Decimal
    rows: list[Row]
    message: str = ""
    source: bytes = b""  # the message it came in
    body: bytes = b""  # what the stamps sign
    stamps: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What must never come twice."""
        return f"{self.division}-{self.year}-{self.type}-{self.voucher}"


@dataclass
class Query:
    """查询: somebody asks what became of an order. ISO 20022 names the message it came in, the ministry the voucher."""

    dialect: str
    message: str
    voucher: str = ""
    original: str = ""
    division: str = ""
    year: str = ""
    type: str = ""


class Refused(Exception):
    """A message that is not taken at all; the sender reads why."""
