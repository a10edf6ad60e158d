"""Accounts to pay from, requests and their rows, vouchers, and every message that went between us and a treasury."""

from apps.disbursement.models.exchange import (
    DialectName,
    InMessage,
    InState,
    MessagePart,
    OutKind,
    OutMessage,
    OutState,
    Says,
    TreasuryLink,
)
from apps.disbursement.models.flows import FlowTotal
from apps.disbursement.models.places import AccountKind, PayAccount
from apps.disbursement.models.reconciliation import (
    BankStatement,
    DayBook,
    DayState,
    Difference,
    DifferenceKind,
    DifferenceState,
    Side,
    StatementEntry,
)
from apps.disbursement.models.request import (
    Business,
    Outcome,
    PaymentRequest,
    PaymentRow,
    RequestState,
    Settlement,
)
from apps.disbursement.models.voucher import Voucher, VoucherState

__all__ = [
    "FlowTotal",
    "StatementEntry",
    "Side",
    "Says",
    "OutKind",
    "MessagePart",
    "DifferenceState",
    "DifferenceKind",
    "Difference",
    "DayState",
    "DayBook",
    "BankStatement",
    "AccountKind",
    "Business",
    "DialectName",
    "InMessage",
    "InState",
    "OutMessage",
    "OutState",
    "PayAccount",
    "PaymentRequest",
    "PaymentRow",
    "RequestState",
    "Outcome",
    "Settlement",
    "TreasuryLink",
    "Voucher",
    "VoucherState",
]
