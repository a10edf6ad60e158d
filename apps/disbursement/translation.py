"""Histories. Vouchers and messages have none: they never change, and what becomes of them stands in evidence."""

from apps.disbursement.models import DayBook, Difference, PayAccount, PaymentRequest, PaymentRow, TreasuryLink
from imbudget.kit.historybase import keep_history

keep_history(PayAccount, "apps.disbursement", excluded=("number_index",), unindexed=("region", "league", "unit"))
keep_history(TreasuryLink, "apps.disbursement", unindexed=("region",))
keep_history(
    PaymentRequest,
    "apps.disbursement",
    excluded=("revision",),
    unindexed=("region", "league", "unit", "year", "author", "authority", "account", "again"),
)
keep_history(PaymentRow, "apps.disbursement", excluded=("payee_index",), unindexed=("request",))
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
