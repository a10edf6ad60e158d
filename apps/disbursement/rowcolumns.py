"""The payees of a request as a table of fields and as a table file: columns, heads, what is typed read into rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement.models import Business, PaymentRequest, PaymentRow
from apps.disbursement.numbers import plain
from apps.disbursement.services.rows import RowInput
from imbudget.kit.errors import RuleViolation
from imbudget.kit.fields import mask_account
from imbudget.kit.money import parse_amount
from imbudget.kit.rowlists import Column, Part, PartView, as_written, column_of, rows_sent, view_of
from imbudget.kit.tableimport import DAY
from imbudget.kit.text import clean, strip

PAYEES = "payees"
NAMES = ("payee_name", "payee_account", "payee_bank", "payee_bank_code", "amount")
OF_CARDS = ("consumed_on", "slip")
MANY = frozenset({Business.BATCH, Business.SALARY, Business.CARD})
# Heads of an uploaded table; Chinese in both languages, since the import reads them.
HEADS = {
    "payee_name": "收款人",
    "payee_account": "收款账号",
    "payee_bank": "开户银行",
    "payee_bank_code": "联行号",
    "amount": "金额",
    "consumed_on": "消费日期",
    "slip": "刷卡单号",
}
NEEDED = frozenset({"payee_name", "payee_account", "amount"})


def names_of(business: str) -> tuple[str, ...]:
    """The columns of a type of business."""
    return (*NAMES, *OF_CARDS) if business == Business.CARD else NAMES


def part_of(business: str, again: bool = False) -> Part:
    """The payees as a list of fields; a request that pays again says which failed row each one repeats."""
    kinds = {"amount": "amount", "consumed_on": "date"}
    columns = [column_of(PaymentRow, name, kinds.get(name, "text")) for name in names_of(business)]
    if again:
        columns.append(Column("repeats", gettext_lazy("reference of the failed row"), longest=35))
    return Part(PAYEES, gettext_lazy("payees"), tuple(columns), summed="amount", add=gettext_lazy("add a payee"))


def view(
    business: str, rows: Iterable[Mapping[str, str]], errors: Mapping[str, str], *, again: bool = False, spare: int = 0
) -> PartView:
    """The list as fields."""
    return view_of(part_of(business, again), rows, errors, {}, 0, spare)


def sent(data: Mapping[str, str], business: str, *, again: bool = False) -> list[dict[str, str]]:
    """The rows that a form sends."""
    return rows_sent(data, part_of(business, again))


def stored(request: PaymentRequest) -> list[dict[str, str]]:
    """The rows of a request as text, their accounts masked."""
    kinds = {"amount": "amount", "consumed_on": "date"}
    return [
        {name: as_written(getattr(row, name), kinds.get(name, "text")) for name in names_of(request.business)}
        | {"payee_account": row.masked_account, "repeats": row.repeats.reference if row.repeats else ""}
        for row in request.rows.select_related("repeats").order_by("number")
    ]


def whole_accounts(given: Iterable[Mapping[str, str]], request: PaymentRequest) -> list[dict[str, str]]:
    """Rows whose account came back masked, as the page had it, with the account that they stand with.

    It is found by payee and ending; where that means more than one account the mask stays, and is refused as no account.
    """
    rows = [dict(row) for row in given]
    if not any("*" in row.get("payee_account", "") for row in rows):
        return rows
    known: dict[tuple[str, str], set[str]] = {}
    for name, account in request.rows.values_list("payee_name", "payee_account"):
        known.setdefault((name, mask_account(account)), set()).add(account)
    for row in rows:
        accounts = known.get((strip(row.get("payee_name", "")), strip(row.get("payee_account", ""))), set())
        if len(accounts) == 1:
            row["payee_account"] = next(iter(accounts))
    return rows


@dataclass(slots=True)
class Read:
    """Rows as the service takes them, and what is wrong: (number of the row from 1, column) → reason."""

    rows: list[RowInput] = field(default_factory=list)
    errors: dict[tuple[int, str], str] = field(default_factory=dict)


def read_rows(given: Iterable[Mapping[str, str]], again: PaymentRequest | None = None) -> Read:
    """Every row is read and every wrong cell named, whatever the first one says."""
    found = Read()
    failed = dict(again.rows.values_list("reference", "pk")) if again is not None else {}
    for number, row in enumerate(given, 1):
        values = {name: _cell(found, number, name, row.get(name, "")) for name in HEADS}
        reference = strip(row.get("repeats", ""))
        if reference and reference not in failed:
            found.errors[number, "repeats"] = _("This request has no row with this reference.")
        found.rows.append(RowInput(**values, repeats=failed.get(reference)))
    return found


def _cell(found: Read, number: int, name: str, text: str) -> Any:
    try:
        if name == "amount":
            return _amount(text)
        if name == "consumed_on":
            return _day(text)
        return _text(name, text)
    except RuleViolation as error:
        found.errors[number, name] = str(error)
        return Decimal("0.00") if name == "amount" else None if name == "consumed_on" else ""


def _amount(text: str) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError as error:
        raise RuleViolation(_("Write an amount in yuan, such as 12,345.60.")) from error
    if amount <= 0:
        raise RuleViolation(_("The amount must be above zero."))
    return amount


def _day(text: str) -> date | None:
    shape = DAY.fullmatch(strip(text))
    if not text:
        return None
    try:
        return date.fromisoformat(shape[1] if shape else "")
    except ValueError as error:
        raise RuleViolation(_("%(text)s is not a date like 2027-01-01.") % {"text": text[:40]}) from error


def _text(name: str, text: str) -> str:
    """As the column of the table takes it; blanks within numbers go."""
    source: Any = PaymentRow._meta.get_field(name)
    try:
        value = strip(clean(text))
    except ValueError as error:
        sentence = _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
        raise RuleViolation(sentence) from error
    if name in {"payee_account", "payee_bank_code"}:
        value = plain(value) if name == "payee_bank_code" else "".join(value.split()).upper()
    try:
        source.clean(value, None)
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    return value
