"""The arrows of a document and of a year's books."""

from apps.ledger.models import BooksState as B
from apps.ledger.models import DocumentState as D

DOCUMENT = {
    "submit": (frozenset({D.DRAFT, D.RETURNED}), D.SUBMITTED),
    "post": (frozenset({D.SUBMITTED}), D.POSTED),
    "receive": (frozenset({D.DRAFT}), D.POSTED),  # made and posted by the document of the upper level
    "return": (frozenset({D.SUBMITTED}), D.RETURNED),
    "refuse": (frozenset({D.SUBMITTED}), D.REFUSED),
    "withdraw": (frozenset({D.SUBMITTED}), D.DRAFT),
    "abandon": (frozenset({D.DRAFT, D.RETURNED}), D.WITHDRAWN),
}

BOOKS = {
    "close": (frozenset({B.OPEN}), B.CLOSED),
}
