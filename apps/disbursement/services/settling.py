"""The rows of an answer against the rows of its request, by the set: ten thousand payees take as many statements as one.

What a receipt says travels as one array a column; PostgreSQL compares, changes and adds up. Locks are the caller's.
Amounts of a refund are below zero on the wire and above zero in its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.models import Business, PaymentRequest
from apps.disbursement.services import daybooks, effects
from apps.disbursement.services.unbelieved import Unbelieved
from apps.disbursement.transitions import REQUEST
from apps.disbursement.wire import Answer, RowAnswer, Standing
from imbudget.kit.transitions import advance

RELATED = ("authority", "account", "about__authority")  # what settling reads of a request
NAMED = 5  # references that a refusal names
SAID = """
WITH said AS (
    SELECT * FROM unnest(
        %(reference)s::text[], %(is_paid)s::boolean[], %(paid)s::numeric[], %(code)s::text[], %(word)s::text[],
        %(bank)s::text[], %(day)s::date[]
    ) AS t (reference, is_paid, paid, code, word, bank, day)
)"""
# What a row says that is not named is what the whole says.
LOOK = """
SELECT count(*) FILTER (WHERE r.id IS NOT NULL AND s.reference IS NOT NULL),
       (array_agg(s.reference ORDER BY s.reference) FILTER (WHERE r.id IS NULL))[:%(named)s],
       min(r.number) FILTER (WHERE s.is_paid AND s.paid IS NOT NULL AND s.paid <> %(sign)s * r.amount),
       min(r.number) FILTER (WHERE (r.outcome = 'paid') <> coalesce(s.is_paid, %(whole_is_paid)s))
FROM said s FULL JOIN (SELECT * FROM disbursement_paymentrow WHERE request_id = %(request)s) r ON r.reference = s.reference
"""
WRONG = """
SELECT s.paid, %(sign)s * r.amount FROM said s JOIN disbursement_paymentrow r ON r.reference = s.reference
WHERE r.request_id = %(request)s AND r.number = %(number)s
"""
TELL = """
, told AS (
    UPDATE disbursement_paymentrow r SET
        outcome = CASE WHEN t.is_paid THEN 'paid' ELSE 'failed' END,
        reason_code = t.code, reason = t.word, bank_reference = t.bank,
        paid_on = CASE WHEN t.is_paid THEN coalesce(t.day, %(today)s) END
    FROM (
        SELECT x.id, coalesce(s.is_paid, %(whole_is_paid)s) AS is_paid, coalesce(s.code, %(whole_code)s) AS code,
               coalesce(s.word, %(whole_word)s) AS word, coalesce(s.bank, '') AS bank, s.day
        FROM disbursement_paymentrow x LEFT JOIN said s ON s.reference = x.reference WHERE x.request_id = %(request)s
    ) t
    WHERE r.id = t.id
    RETURNING r.amount, r.outcome
)
SELECT coalesce(sum(amount) FILTER (WHERE outcome = 'paid'), 0) FROM told
"""
LENGTHS = {"code": 35, "word": 360, "bank": 42}


@dataclass(frozen=True, slots=True)
class Look:
    """What an answer says against the rows: how many it names, and the first payee of whom it says another outcome."""

    named: int
    contrary: int | None


def settle(request: PaymentRequest, answer: Answer) -> None:
    """Rows, money and request in one, whatever its type of business does with money (`effects.book`); who follows is told.

    The request is locked by the caller, its answer looked at. Raises Unbelieved where the day is closed.
    """
    if request.business != Business.CORRECTION:  # it moves no cash: it is on no day of the account
        daybooks.touch(request.account, days_of(answer))
    paid = tell(request, answer)
    effects.book(request, paid)
    name = "pay" if paid == request.total else "pay_part" if paid else "fail"
    advance(REQUEST, request, name, paid=paid)
    effects.tell_followers(request)


def look(request: PaymentRequest, answer: Answer) -> Look:
    """Compare without changing anything. Raises Unbelieved where payees or amounts are not those of the voucher."""
    references = [row.reference for row in answer.rows]
    if len(set(references)) < len(references):
        raise Unbelieved(_("It names a payee twice."))
    values = _values(request, answer)
    with connection.cursor() as cursor:
        cursor.execute(SAID + LOOK, values | {"named": NAMED})
        named, unknown, wrong, contrary = cursor.fetchone()
        if unknown:
            raise Unbelieved(
                _("It names payees that the voucher has not: %(names)s.") % {"names": ", ".join(map(str, unknown))}
            )
        if wrong is not None:
            cursor.execute(SAID + WRONG, values | {"number": wrong})
            paid, amount = cursor.fetchone()
            raise Unbelieved(
                _("It says that %(paid)s was paid where %(amount)s was ordered (payee %(number)s).")
                % {"paid": f"{paid:,.2f}", "amount": f"{amount:,.2f}", "number": wrong}
            )
    return Look(named, contrary)


def tell(request: PaymentRequest, answer: Answer) -> Decimal:
    """Write the outcome on every row of the request, in one statement; what was paid of it."""
    with connection.cursor() as cursor:
        cursor.execute(SAID + TELL, _values(request, answer) | {"today": timezone.localdate()})
        return Decimal(cursor.fetchone()[0]).quantize(Decimal("0.01"))


def days_of(answer: Answer) -> list[date]:
    """On which days the answer says that something was paid; today where it names none."""
    today = timezone.localdate()
    days = {row.paid_on or today for row in answer.rows if row.standing == Standing.PAID}
    return sorted(days or ({today} if answer.standing == Standing.PAID else set()))


def _values(request: PaymentRequest, answer: Answer) -> dict[str, Any]:
    columns: dict[str, Sequence[Any]] = {
        "reference": [row.reference for row in answer.rows],
        "is_paid": [row.standing == Standing.PAID for row in answer.rows],
        "paid": [row.paid for row in answer.rows],
        "day": [row.paid_on for row in answer.rows],
        **{name: [_text(row, name) for row in answer.rows] for name in LENGTHS},
    }
    return {
        **columns,
        "request": request.pk,
        "sign": -1 if request.business == Business.REFUND else 1,
        "whole_is_paid": answer.standing == Standing.PAID,
        "whole_code": answer.reason_code[: LENGTHS["code"]],
        "whole_word": answer.reason[: LENGTHS["word"]],
    }


def _text(row: RowAnswer, name: str) -> str:
    value = {"code": row.reason_code, "word": row.reason, "bank": row.bank_reference}[name]
    return value[: LENGTHS[name]]
