"""The accounts that the banks of the sandbox keep, and what they say to a payment."""

import json
import threading
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

# What a bank answers, by the external code set of ISO 20022 (ExternalStatusReason1Code), with the words that go with it.
REASONS = {
    "AC01": "账号不存在",
    "AC04": "账户已注销",
    "BE01": "户名不符",
    "AM02": "超过账户限额",
    "AM04": "付款账户余额不足",
    "AM05": "重复付款",
    "AM09": "金额超过原支付余额",
    "NOOR": "原支付不存在",
    "MS03": "国库不予办理",
}


@dataclass
class BankAccount:
    """One account; `limit` is the most that it takes at once."""

    name: str
    closed: bool = False
    limit: Decimal | None = None


@dataclass(frozen=True)
class Movement:
    """What an account of the treasury booked: above zero is money out."""

    account: str
    day: date
    amount: Decimal
    voucher: str
    row: str
    bank_reference: str
    reversal: bool = False
    payee: str = ""
    payee_name: str = ""


@dataclass
class Ledger:
    """All accounts and movements. Unknown payees are taken where `open_world` is set."""

    payees: dict[str, BankAccount] = field(default_factory=dict)
    balances: dict[str, Decimal] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    open_world: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def read(cls, path: Path | None) -> "Ledger":
        """From a file of JSON: `{"payees": {number: {name, closed, limit}}, "treasury": {number: balance}}`."""
        if path is None:
            return cls(open_world=True)
        given = json.loads(path.read_text(encoding="utf-8"))
        payees = {
            number: BankAccount(
                entry["name"], bool(entry.get("closed")), Decimal(entry["limit"]) if entry.get("limit") else None
            )
            for number, entry in given.get("payees", {}).items()
        }
        balances = {number: Decimal(balance) for number, balance in given.get("treasury", {}).items()}
        return cls(payees, balances, open_world=bool(given.get("open_world")))

    def refusal(self, number: str, name: str, amount: Decimal) -> str:
        """Why a payment cannot be taken, or nothing."""
        account = self.payees.get(number)
        if account is None:
            return "" if self.open_world else "AC01"
        if account.closed:
            return "AC04"
        if account.name != name:
            return "BE01"
        return "AM02" if account.limit is not None and amount > account.limit else ""

    def balance(self, number: str, before: date | None = None) -> Decimal:
        """What an account of the treasury holds, or held when a day began."""
        with self.lock:
            gone = (
                movement.amount
                for movement in self.movements
                if movement.account == number and (before is None or movement.day < before)
            )
            return self.balances.get(number, Decimal("1000000000000.00")) - sum(gone, Decimal(0))

    def book(self, movement: Movement) -> None:
        """Keep a movement."""
        with self.lock:
            self.movements.append(movement)

    def of_day(self, number: str, day: date) -> list[Movement]:
        """What an account booked on a day."""
        with self.lock:
            return [each for each in self.movements if each.account == number and each.day == day]
