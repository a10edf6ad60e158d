"""The ledger's verbs. Other apps call `reserve`, `release`, `spend`, `refund`, and draw up documents."""

from apps.ledger.services.books import close_books, open_books
from apps.ledger.services.documents import (
    abandon_document,
    draw_up,
    number_document,
    save_document,
    submit_document,
    withdraw_document,
)
from apps.ledger.services.lines import LineInput
from apps.ledger.services.totals import fold_totals, rebuild_totals
from apps.ledger.services.use import Outcome, refund, release, reserve, spend
from apps.ledger.services.yearend import draw_up_rest

__all__ = [
    "LineInput",
    "Outcome",
    "abandon_document",
    "close_books",
    "draw_up",
    "draw_up_rest",
    "number_document",
    "fold_totals",
    "open_books",
    "rebuild_totals",
    "refund",
    "release",
    "reserve",
    "save_document",
    "spend",
    "submit_document",
    "withdraw_document",
]
