"""Histories. Vouchers and messages have none: they never change, and what becomes of them stands in evidence."""

from apps.disbursement.models import (
    Contract,
    ContractFile,
    ContractStage,
    DayBook,
    Difference,
    PayAccount,
    Payee,
    PaymentRequest,
    PaymentRow,
    PaymentSetting,
    PlanLine,
    TreasuryLink,
    UsePlan,
)
from imbudget.kit.historybase import keep_history

keep_history(PayAccount, "apps.disbursement", excluded=("number_index",), unindexed=("region", "league", "unit"))
keep_history(TreasuryLink, "apps.disbursement", unindexed=("region",))
keep_history(
    PaymentRequest,
    "apps.disbursement",
    excluded=("revision",),
    unindexed=(
        "region",
        "league",
        "unit",
        "year",
        "author",
        "authority",
        "account",
        "again",
        "about",
        "contract",
        "stage",
    ),
)
keep_history(PaymentRow, "apps.disbursement", excluded=("payee_index",), unindexed=("request", "repeats", "source"))
keep_history(
    Payee, "apps.disbursement", excluded=("key", "account_index", "id_index"), unindexed=("region", "league", "unit")
)
keep_history(
    Contract, "apps.disbursement", excluded=("revision",), unindexed=("region", "league", "unit", "payee", "author")
)
keep_history(ContractStage, "apps.disbursement", unindexed=("contract",))
keep_history(ContractFile, "apps.disbursement", unindexed=("contract", "file"))
keep_history(PaymentSetting, "apps.disbursement", unindexed=("region",))
keep_history(
    UsePlan, "apps.disbursement", excluded=("revision",), unindexed=("region", "league", "unit", "year", "author")
)
keep_history(PlanLine, "apps.disbursement", unindexed=("plan", "authority", "fund", "function"))
keep_history(
    DayBook,
    "apps.disbursement",
    excluded=(
        *("is_stale", "compared_at", "ledger_count", "ledger_sum", "bank_count", "bank_sum", "treasury_count"),
        *("treasury_sum", "matched", "unsettled", "has_bank", "has_treasury"),
    ),
    unindexed=("region", "league", "account", "closed_by"),
)
keep_history(Difference, "apps.disbursement", unindexed=("book", "row", "explained_by", "accepted_by"))
