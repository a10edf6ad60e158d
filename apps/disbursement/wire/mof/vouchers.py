"""The payment voucher 5214 (国库集中支付凭证): the body that is frozen, hashed and signed before it is sent.

The same body carries a refund (2203, amounts below zero) and a correction (5253): they name the voucher and the payments that
they change, and a correction says under which elements those were paid.
"""

from io import BytesIO
from typing import Any

from lxml import etree

from apps.disbursement.wire.iso.orders import refuse_unsound
from apps.disbursement.wire.terms import Order, OrderRow

SCHEMA = "mof.voucher.xsd"
# Names of budget elements in the voucher, by those of the national data standard.
ELEMENTS = {
    "FundTypeCode": "FUND_TYPE_CODE",
    "BgtTypeCode": "BGT_TYPE_CODE",
    "PayTypeCode": "PAY_TYPE_CODE",
    "ProCatCode": "PRO_CAT_CODE",
    "MOFDepCode": "MOF_DEP_CODE",
    "SupDepCode": "DEPT_CODE",
    "AgencyCode": "AGENCY_CODE",
    "ExpFuncCode": "EXP_FUNC_CODE",
    "GovExpEcoCode": "GOV_BGT_ECO_CODE",
    "DepExpEcoCode": "DEP_BGT_ECO_CODE",
    "DepProCode": "PRO_CODE",
    "SetModeCode": "SET_MODE_CODE",
}
CLASSIFIED = (
    "FundTypeCode",
    "ExpFuncCode",
    "GovExpEcoCode",
    "DepExpEcoCode",
    "DepProCode",
)  # what a correction may change


def write_voucher(order: Order) -> bytes:
    """The body. The same order gives the same bytes; raises Unreadable("schema") where a field is too long or missing."""
    written = BytesIO()
    with etree.xmlfile(written, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("Voucher"):
            for name, value in _head(order):
                _leaf(file, name, value)
            with file.element("DetailList"):
                for row in order.rows:
                    _row(file, row)
    raw = written.getvalue()
    refuse_unsound(raw, SCHEMA)
    return raw


def _head(order: Order) -> list[tuple[str, str]]:
    key, payer = order.key, order.payer
    given = [(name, order.elements[national]) for name, national in ELEMENTS.items() if order.elements.get(national)]
    before = [(f"Ori{name}", order.before[ELEMENTS[name]]) for name in CLASSIFIED if order.before.get(ELEMENTS[name])]
    original = [("OriVoucherNo", order.original)] if order.original else []
    return [
        ("Id", str(key)),
        ("AdmDivCode", key.division),
        ("StYear", str(key.year)),
        ("VtCode", key.type),
        ("VouDate", f"{order.dated:%Y%m%d}"),
        ("VoucherNo", key.number),
        *given,
        *original,
        *before,
        ("BusinessTypeCode", order.business),
        ("PayAcctNo", payer.number),
        ("PayAcctName", payer.name),
        ("PayAcctBankName", payer.bank_name),
        ("PayAcctBankNo", payer.bank_code),
        ("PayAmt", f"{order.total:.2f}"),
    ]


def _row(file: Any, row: OrderRow) -> None:
    original = [("OriVoucherDetailNo", row.original)] if row.original else []
    with file.element("Detail"):
        for name, value in (
            ("VoucherDetailNo", row.reference),
            *original,
            ("PayeeAcctName", row.payee.name),
            ("PayeeAcctNo", row.payee.number),
            ("PayeeAcctBankName", row.payee.bank_name),
            ("PayeeAcctBankNo", row.payee.bank_code),
            ("PayAmt", f"{row.amount:.2f}"),
            ("PaySummaryName", row.purpose),
        ):
            _leaf(file, name, value)


def _leaf(file: Any, name: str, value: str) -> None:
    with file.element(name):
        file.write(value)
