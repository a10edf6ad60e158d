"""What is said, whatever the dialect: an order to pay, the answer to it, what an account booked on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is, at which bank. `bank_code` is the 12-digit number of the clearing system (联行号)."""

    name: str
    number: str
    bank_name: str = ""
    bank_code: str = ""


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What names a voucher for good: division, fiscal year, type and number. Nothing is answered twice under one key."""

    division: str
    year: int
    type: str
    number: str

    def __str__(self) -> str:
        return f"{self.division}-{self.year}-{self.type}-{self.number}"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One payee of an order. `reference` comes back with the answer (at most 35 characters, unique in the order).

    `original` is the reference of the payment that a refund gives back or a correction changes.
    """

    reference: str
    payee: Account
    amount: Decimal
    purpose: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A voucher as the treasury is to carry it out.

    `business` is the type of business (normal, salary, card ...), `elements` the budget elements by the names of the
    national system, which travel with the money. A refund or a correction names the voucher that it changes (`original`),
    and a correction the elements under which that was paid (`before`).
    """

    key: OrderKey
    dated: date
    payer: Account
    rows: tuple[OrderRow, ...]
    business: str
    elements: Mapping[str, str] = field(default_factory=dict)
    original: str = ""
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What all rows come to, in yuan."""
        return sum((row.amount for row in self.rows), Decimal("0.00"))


class Standing(StrEnum):
    """How far an order or a row of it has come."""

    TAKEN = "taken"  # received and sound; nothing is paid yet
    PAID = "paid"
    PART = "part"  # of an order: some rows paid, others not
    REFUSED = "refused"
    RETURNED = "returned"  # paid, then sent back by the payee's bank
    UNKNOWN = "unknown"  # the other end never had the order that it was asked about


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What became of one row. `paid` is zero where it was refused; `reason` is the bank's own word."""

    reference: str
    standing: Standing
    paid: Decimal | None = None
    reason_code: str = ""
    reason: str = ""
    bank_reference: str = ""
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the treasury says of an order. Rows that it does not name stand as the order does.

    `said_at` is the time on the message by the clock of who wrote it; none where only days stand on it.
    """

    message: str
    order: str
    standing: Standing
    said_at: datetime | None = None
    rows: tuple[RowAnswer, ...] = ()
    reason_code: str = ""
    reason: str = ""
    asked: str = ""  # the query that it answers, where it names one


class Books(StrEnum):
    """Whose books a statement is of."""

    BANK = "bank"
    TREASURY = "treasury"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held at the beginning or the end of a day, in yuan; below zero where it was overdrawn."""

    amount: Decimal
    on: date


class Booking(NamedTuple):
    """One movement of an account: money out is negative. `reference` is that of the row, empty where the bank gives none.

    A statement has millions: a tuple is made in a third of the time of a frozen dataclass.
    """

    amount: Decimal
    booked_on: date
    reference: str
    bank_reference: str
    order: str = ""
    reversal: bool = False
    payee: Account | None = None
    text: str = ""


@dataclass
class Statement:
    """What an account booked. Bookings are read while they are asked for, so that a long statement fits any memory."""

    message: str
    number: str
    account: str
    bookings: Iterator[Booking]
    opening: Balance | None = None
    closing: Balance | None = None
    final: bool = False
    books: Books = Books.BANK
    single: bool = False  # a notice of single bookings, not the statement of a day
