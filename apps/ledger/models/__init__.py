"""The ledger's tables."""

from apps.ledger.models.account import Account, AccountRole, Event, PostingRule, Side
from apps.ledger.models.authority import SUMS, Authority, AuthorityState, Balance
from apps.ledger.models.document import OPEN_STATES, AuthorityDocument, DocumentKind, DocumentLine, DocumentState
from apps.ledger.models.elements import (
    AuthorityType,
    DirectFlag,
    Elements,
    PaymentMethod,
    Source,
)
from apps.ledger.models.posting import AccountTotal, Entry, Posting, Reservation
from apps.ledger.models.year import Books, BooksState

__all__ = [
    "OPEN_STATES",
    "SUMS",
    "Account",
    "AccountRole",
    "AccountTotal",
    "Authority",
    "AuthorityDocument",
    "AuthorityState",
    "AuthorityType",
    "Balance",
    "Books",
    "BooksState",
    "DirectFlag",
    "DocumentKind",
    "DocumentLine",
    "DocumentState",
    "Elements",
    "Entry",
    "Event",
    "PaymentMethod",
    "Posting",
    "PostingRule",
    "Reservation",
    "Side",
    "Source",
]
