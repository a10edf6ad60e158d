"""The payees of a request as they are entered: written together, each one that cannot be paid named."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.ledger.services.errors import refuse_odd
from imbudget.kit.copying import copy_in
from imbudget.kit.errors import RuleViolation
from imbudget.kit.money import MAX_AMOUNT, rounded

MOST_ROWS = 10_000
MOST_TOLD = 5
MOST_LETTERS = 140
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
ENTERED = ("payee_name", "payee_account", "amount", "payee_bank", "payee_bank_code", "consumed_on", "slip")
WRITTEN = (
    *("request", "number", "reference", "payee_name", "payee_account", "payee_bank", "payee_bank_code", "amount"),
    *("consumed_on", "slip", "repeats", "source"),
)
PLAIN_ACCOUNT, PLAIN_BANK = re.compile("[0-9]{4,34}"), re.compile("[0-9]{12}")


@dataclass(frozen=True, slots=True)
class RowInput:
    """One payee as entered. `repeats` is the failed row that it pays again, `source` the paid row that it changes (keys)."""

    payee_name: str
    payee_account: str
    amount: Decimal
    payee_bank: str = ""
    payee_bank_code: str = ""
    consumed_on: date | None = None
    slip: str = ""
    repeats: int | None = None
    source: int | None = None


def write_rows(request: PaymentRequest, given: Sequence[RowInput]) -> None:
    """Make these the rows of a request. Raises RuleViolation that names those which cannot be paid, and why."""
    if len(given) > MOST_ROWS:
        raise RuleViolation(_("One request has at most %(most)s payees. Split it.") % {"most": MOST_ROWS})
    _refuse_wrong(given)
    copy_in(PaymentRow, WRITTEN, _written(request, given))
    request.total = sum((row.amount for row in given), Decimal("0.00"))
    request.save(update_fields=["total"])


def _written(request: PaymentRequest, given: Sequence[RowInput]) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(given, 1):
        yield (
            *(request.pk, number, f"{request.number}{number:06}", row.payee_name, row.payee_account, row.payee_bank),
            *(row.payee_bank_code, row.amount, row.consumed_on, row.slip, row.repeats, row.source),
        )


def as_input(row: PaymentRow) -> RowInput:
    """A stored row as it was entered."""
    return RowInput(**{name: getattr(row, name) for name in ENTERED}, repeats=row.repeats_id, source=row.source_id)


def rows_as_they_stand(request: PaymentRequest) -> list[RowInput]:
    """The payees of a request whose head alone is changed."""
    return [as_input(row) for row in request.rows.order_by("number")]


def _refuse_wrong(given: Sequence[RowInput]) -> None:
    wrong = [
        (number, reason) for number, row in enumerate(given, 1) if not is_plain(row) for reason in _reasons(number, row)
    ]
    if not wrong:
        return
    told = [
        _("Payee %(number)s: %(reason)s") % {"number": number, "reason": reason} for number, reason in wrong[:MOST_TOLD]
    ]
    if len(wrong) > MOST_TOLD:
        told.append(_("and %(count)s more") % {"count": len(wrong) - MOST_TOLD})
    raise RuleViolation(" ".join(told))


def _has_controls(row: RowInput) -> bool:
    texts = (row.payee_name, row.payee_account, row.payee_bank, row.payee_bank_code, row.slip)
    return CONTROL.search("".join(texts)) is not None


def is_plain(row: RowInput) -> bool:
    """Whether a row is as nearly all are, without a look at each rule of each field; what is not may still be right."""
    return (
        type(row.amount) is Decimal
        and row.amount.is_finite()
        and 0 < row.amount <= MAX_AMOUNT
        and row.amount == rounded(row.amount)
        and type(row.payee_name) is str
        and 0 < len(row.payee_name) <= MOST_LETTERS
        and len(row.payee_bank) <= MOST_LETTERS
        and not _has_controls(row)
        and bool(PLAIN_ACCOUNT.fullmatch(row.payee_account))
        and (not row.payee_bank_code or bool(PLAIN_BANK.fullmatch(row.payee_bank_code)))
        and row.consumed_on is None
        and not row.slip
    )


def _reasons(number: int, row: RowInput) -> Iterator[str]:
    """What is wrong with a row, nothing where it can be paid."""
    if _has_controls(row):
        yield _("It has characters that cannot be printed, such as a line feed.")
    try:
        refuse_odd(row.amount)
        values = {name: getattr(row, name) for name in ENTERED}
        PaymentRow(number=number, **values).clean_fields(exclude=["request", "reference", "repeats", "source"])
    except RuleViolation as odd:
        yield str(odd)
    except ValidationError as error:
        yield " ".join(error.messages)
