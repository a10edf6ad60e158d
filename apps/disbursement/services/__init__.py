"""Verbs of disbursement."""

from apps.disbursement.services.exchange import exchange_all, fetch, send_due
from apps.disbursement.services.requests import (
    RowInput,
    abandon_request,
    draw_up,
    save_request,
    submit_request,
    withdraw_request,
)

__all__ = [
    "RowInput",
    "abandon_request",
    "draw_up",
    "exchange_all",
    "fetch",
    "save_request",
    "send_due",
    "submit_request",
    "withdraw_request",
]
