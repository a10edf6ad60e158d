"""Electronic vouchers of the Ministry of Finance (财政电子凭证): envelope, vouchers 5214, 2203, 5253 and their receipts, states, 4004.

Source: what is known of the voucher library's interface (envelope and names of fields); see `wire/schemas/README.md` for
what is not verified.
"""

from apps.disbursement.wire.mof.answers import read_receipt, read_state
from apps.disbursement.wire.mof.envelope import ORDER, Envelope, Stamp, read_envelopes, write_envelopes
from apps.disbursement.wire.mof.queries import write_query
from apps.disbursement.wire.mof.statements import read_statement
from apps.disbursement.wire.mof.vouchers import write_voucher
from apps.disbursement.wire.terms import OrderKey

__all__ = [
    "Envelope",
    "ORDER",
    "OrderKey",
    "Stamp",
    "read_envelopes",
    "read_receipt",
    "read_state",
    "read_statement",
    "write_envelopes",
    "write_query",
    "write_voucher",
]
