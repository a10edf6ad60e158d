"""The words exchanged with treasury and banks: orders out, answers and statements in, in two dialects.

Pure: no Django, no database, no clock, no network. `mof` is the electronic voucher envelope of the Ministry of Finance, `iso`
the messages of ISO 20022; both turn the same terms (`terms.py`) into bytes and back. What cannot be read raises
`Unreadable` with a code; who calls says it in the reader's language.
"""

from apps.disbursement.wire.reading import Unreadable
from apps.disbursement.wire.terms import (
    Account,
    Answer,
    Balance,
    Booking,
    Books,
    Order,
    OrderKey,
    OrderRow,
    RowAnswer,
    Standing,
    Statement,
)

__all__ = [
    "Account",
    "Answer",
    "Balance",
    "Booking",
    "Books",
    "Order",
    "OrderKey",
    "OrderRow",
    "RowAnswer",
    "Standing",
    "Statement",
    "Unreadable",
]
