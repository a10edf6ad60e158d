"""Verbs of disbursement."""

from apps.disbursement.services.changes import confirm_refund, draw_up_correction, draw_up_refund, pay_again
from apps.disbursement.services.exchange import fetch, send_due
from apps.disbursement.services.payees import change_payee, close_payee, enter_payee, reopen_payee
from apps.disbursement.services.requests import (
    abandon_request,
    draw_up,
    save_request,
    submit_request,
    withdraw_request,
)
from apps.disbursement.services.rows import RowInput, rows_as_they_stand

__all__ = [
    "RowInput",
    "abandon_request",
    "change_payee",
    "close_payee",
    "confirm_refund",
    "draw_up",
    "draw_up_correction",
    "draw_up_refund",
    "enter_payee",
    "fetch",
    "pay_again",
    "reopen_payee",
    "rows_as_they_stand",
    "save_request",
    "send_due",
    "submit_request",
    "withdraw_request",
]
