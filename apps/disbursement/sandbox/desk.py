"""The desk of the sandbox: takes orders, lets the banks decide, books, and answers."""

import base64
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from apps.disbursement.sandbox import iso, mof
from apps.disbursement.sandbox.accounts import Ledger, Movement
from apps.disbursement.sandbox.changes import CHANGES, CORRECTION, REFUND, Payments
from apps.disbursement.sandbox.journal import Journal
from apps.disbursement.sandbox.orders import Query, Row, Taken
from apps.disbursement.sandbox.outbox import Outbox
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper

ACCEPTED, CHECKED_BAD, ANSWERED, NEVER_CAME = "15", "30", "80", "99"


CHINA = timezone(timedelta(hours=8))


@dataclass
class Desk:
    """One treasury. `today` is its own clock: it need not agree with ours."""

    ledger: Ledger
    temper: Temper
    sign: Callable[[bytes], bytes]
    verify: Callable[[str, bytes, bytes], bool] | None = None
    journal: Journal = field(default_factory=lambda: Journal(None))
    outbox: Outbox = field(default_factory=Outbox)
    now: Callable[[], datetime] = lambda: datetime.fromtimestamp(time.time(), CHINA)
    orders: dict[str, Taken] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    references: int = 0
    paid_days: set[date] = field(default_factory=set)
    ended: set[date] = field(default_factory=set)
    payments: Payments = field(default_factory=Payments)
    started: str = field(default_factory=lambda: secrets.token_hex(3))  # no reference twice after a restart

    def recall(self) -> None:
        """Take up again what the journal knows: orders are booked as they were, and nothing of it is answered anew."""
        for line in self.journal.read():
            if line["kind"] == "ended":
                self.ended.add(date.fromisoformat(line["day"]))
                continue
            if line["kind"] == "back":
                self._book_back(Decimal(line["amount"]), line["row"], line["bank"], date.fromisoformat(line["day"]))
                continue
            read_again = read(base64.b64decode(line["raw"]))
            found = [order for order in read_again if isinstance(order, Taken) and order.key == line["key"]]
            for order in found:
                self._settle(order, line["rows"], date.fromisoformat(line["day"]))
                self.orders[order.key] = order

    def take(self, raw: bytes) -> int:
        """All orders of a message; the number taken. Raises Refused where it cannot be read: nothing is taken then."""
        orders = read(raw)
        for order in orders:
            if isinstance(order, Query):
                self.reply(order)
            else:
                self._take(order)
        return len(orders)

    def _take(self, order: Taken) -> None:
        with self.lock:
            known = self.orders.get(order.key)
            if known is None:
                refusal = self._refusal(order)
                if not refusal:
                    self.orders[order.key] = order
        if known is not None:
            self.answer(known, again=True)
        elif refusal:
            self._say_refused(order, refusal)
        else:
            self._say(order, "taken")
            self._carry_out(order)
            self.answer(order)

    def _refusal(self, order: Taken) -> str:
        """Why the order as a whole is not taken."""
        if order.total != sum((row.amount for row in order.rows), Decimal(0)):
            return "主单金额与明细合计不符"
        if len({row.reference for row in order.rows}) != len(order.rows):
            return "明细编号重复"
        if self.verify is not None and order.dialect == "mof":
            if not order.stamps:
                return "凭证未签章"
            if not all(self.verify(name, order.body, value) for _kind, name, value in order.stamps):
                return "验签失败"
        return ""

    def _carry_out(self, order: Taken) -> None:
        """Each row by itself: one that the bank refuses holds up no other. One line of the journal, then the bookings."""
        day, outcome = self.now().date(), {}
        left = self.ledger.balance(order.payer)
        for row in order.rows:
            reason = self._why_not(order, row, left)
            left -= Decimal(0) if reason else row.amount
            outcome[row.reference] = [reason, "" if reason else self._reference(day)]
        self.journal.write("order", key=order.key, day=day.isoformat(), raw=order.source, rows=outcome)
        self._settle(order, outcome, day)

    def _why_not(self, order: Taken, row: Row, left: Decimal) -> str:
        """Why a row is not carried out, or nothing."""
        if order.type in CHANGES:
            return self.payments.refusal(row, self.ledger.open_world) or ("MS03" if self.temper.fails() else "")
        reason = self.ledger.refusal(row.number, row.name, row.amount)
        if not reason and row.amount > left:
            reason = "AM04"
        return reason or ("AC04" if self.temper.fails() else "")

    def _settle(self, order: Taken, outcome: Mapping[str, list[str]], day: date) -> None:
        for row in order.rows:
            row.reason, row.bank_reference = outcome[row.reference]
            row.paid = not row.reason
            if row.paid:
                self.payments.keep(order, row)
            if row.paid and order.type != CORRECTION:  # which moves no cash
                back = order.type == REFUND
                self.ledger.book(
                    Movement(
                        order.payer,
                        day,
                        row.amount,
                        order.voucher,
                        self.payments.of(row.original) if back else row.reference,
                        row.bank_reference,
                        reversal=back,
                        payee=row.number,
                        payee_name=row.name,
                    )
                )
                self.paid_days.add(day)

    def _reference(self, day: date) -> str:
        with self.lock:
            self.references += 1
            return f"B{day:%Y%m%d}{self.started}{self.references:09}"

    def answer(self, order: Taken, *, again: bool = False) -> None:
        """Say what became of it; `again` where it was asked for or came twice, and then without any temper."""
        standing = self.standing(order)
        if order.dialect == "mof":
            raw = mof.receipt(order, self.now().date(), self.sign)
            self._send(self.outbox.number(), raw, "mof", plain=again)
            return
        number = self.outbox.number()
        self._send(number, iso.status(order, standing, self.now(), "", number), "pain.002", plain=again)
        paid = [
            each
            for each in self.ledger.movements
            if each.voucher == order.voucher and each.account == order.payer and not each.reversal
        ]
        if paid and not again:
            number = self.outbox.number()
            self._send(number, iso.notification(paid, self.now(), number), "camt.054")

    def standing(self, order: Taken) -> str:
        """Of the whole order."""
        paid = {row.paid for row in order.rows}
        return "part" if len(paid) > 1 else "paid" if paid.pop() else "refused"

    def _say(self, order: Taken, standing: str) -> None:
        number = self.outbox.number()
        raw = (
            mof.state(order, ACCEPTED, self.now(), "", number, self.sign)
            if order.dialect == "mof"
            else iso.status(order, standing, self.now(), "", number)
        )
        self._send(number, raw, "mof" if order.dialect == "mof" else "pain.002")

    def _say_refused(self, order: Taken, word: str) -> None:
        number = self.outbox.number()
        if order.dialect == "mof":
            self._send(number, mof.state(order, CHECKED_BAD, self.now(), word, number, self.sign), "mof")
            return
        for row in order.rows:
            row.reason = row.reason or "AM05"
        self._send(number, iso.status(order, "refused", self.now(), word, number), "pain.002")

    def _send(self, number: int, raw: bytes, kind: str, *, plain: bool = False) -> None:
        for seconds in [0.0] if plain else self.temper.times():
            place = len(self.outbox.waiting) if plain else self.temper.position(len(self.outbox.waiting))
            self.outbox.put(number, raw, kind, seconds, place)

    def reply(self, query: Query) -> None:
        """查复: what became of the order, or that it never came; always answered, without any temper."""
        asked = {query.voucher} if query.dialect == "mof" else {query.original}
        found = [
            order
            for order in list(self.orders.values())
            if (order.voucher if query.dialect == "mof" else order.message) in asked
        ]
        if query.dialect == "mof":
            number, code = self.outbox.number(), ANSWERED if found else NEVER_CAME
            word = "" if found else "查无此凭证"
            told = mof.state(query, code, self.now(), word, number, self.sign, asked=query.message)
            self._send(number, told, "mof", plain=True)
        elif not found:
            number = self.outbox.number()
            self._send(number, iso.unknown(query, self.now(), number), "pain.002", plain=True)
        for order in found:
            self.answer(order, again=True)

    def give_back(self, reference: str, amount: Decimal) -> bool:
        """A payee sends money back of himself; False where he was never paid so much. Banks say so as it happens."""
        day = self.now().date()
        if not 0 < amount <= self.payments.left.get(reference, Decimal(0)):
            return False
        bank = self._reference(day)
        self.journal.write("back", row=reference, amount=f"{amount:.2f}", bank=bank, day=day.isoformat())
        made = self._book_back(amount, reference, bank, day)
        if any(order.dialect == "iso" and order.voucher == made.voucher for order in list(self.orders.values())):
            number = self.outbox.number()
            self._send(number, iso.notification([made], self.now(), number), "camt.054")
        return True

    def _book_back(self, amount: Decimal, reference: str, bank: str, day: date) -> Movement:
        paid = next(each for each in self.ledger.movements if each.row == reference)
        made = replace(paid, day=day, amount=-amount, bank_reference=bank, reversal=True)
        self.payments.left[reference] -= amount
        self.ledger.book(made)
        self.paid_days.add(day)
        return made

    def ask(self, voucher: str) -> bool:
        """查询: answer again what became of a voucher; False where nobody ever sent it."""
        found = [order for order in self.orders.values() if order.voucher == voucher]
        for order in found:
            self.answer(order, again=True)
        return bool(found)

    def end_past_days(self) -> None:
        """The statements of every day that is over and has none yet: made when somebody comes for messages."""
        today = self.now().date()
        with self.lock:
            due = sorted(day for day in self.paid_days - self.ended if day < today)
            self.ended.update(due)
        for day in due:
            self.end_day(day)

    def end_day(self, day: date) -> int:
        """The statements of all accounts that have ever paid, the bank's and the treasury's; their number."""
        payers = {(order.payer, order.dialect, order.division.rjust(9, "0")) for order in list(self.orders.values())}
        for account, dialect, division in sorted(payers):
            for is_treasury in (False, True):
                self._state_day(account, dialect, division, day, is_treasury)
        self.ended.add(day)
        self.journal.write("ended", day=day.isoformat())
        return 2 * len(payers)

    def _state_day(self, account: str, dialect: str, division: str, day: date, is_treasury: bool) -> None:
        number = self.outbox.number()
        name, opening = f"{day:%Y%m%d}-{self.started}{number}", self.ledger.balance(account, day)
        movements = self.temper.booked(self.ledger.of_day(account, day))
        if dialect == "mof":
            kind = "4004" if is_treasury else "4005"
            raw = mof.statement(division, name, account, day, opening, movements, self.sign, kind)
        else:
            raw = iso.statement(name, account, day, self.now(), opening, movements, clearing=is_treasury)
        self._send(number, raw, "mof" if dialect == "mof" else "camt.053", plain=True)


def desk_of(place: str, key: str, folder: Path | None) -> Desk:
    """The treasury at this place: its own journal in the folder, what stands in it taken up again."""
    journal = Journal(folder / f"journal-{place}" if folder is not None else None)
    desk = Desk(Ledger(open_world=True), Temper(), SandboxStamp(key).sign, journal=journal)
    desk.recall()
    return desk


def read(raw: bytes) -> list[Taken | Query]:
    """What a message holds, in either dialect; raises Refused."""
    return (iso if b"pain.001" in raw[:400] or b"pacs.028" in raw[:400] else mof).read(raw)
