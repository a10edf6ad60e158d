"""Accounts to pay from, requests and their rows, vouchers, and every message that went between us and a treasury."""

from apps.disbursement.models.contract import Contract, ContractFile, ContractStage, ContractState
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
from apps.disbursement.models.payee import Payee, PayeeKind, PayeeOrigin
from apps.disbursement.models.places import AccountKind, PayAccount
from apps.disbursement.models.plan import PaymentSetting, PlanLine, PlanState, UsePlan
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
    "Contract",
    "ContractFile",
    "ContractStage",
    "ContractState",
    "DialectName",
    "InMessage",
    "InState",
    "OutMessage",
    "OutState",
    "PayAccount",
    "Payee",
    "PayeeKind",
    "PayeeOrigin",
    "PaymentRequest",
    "PaymentRow",
    "PaymentSetting",
    "PlanLine",
    "PlanState",
    "RequestState",
    "Outcome",
    "Settlement",
    "TreasuryLink",
    "UsePlan",
    "Voucher",
    "VoucherState",
]
