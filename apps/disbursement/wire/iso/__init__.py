"""ISO 20022: pain.001.001.09 out; pain.002.001.10, camt.054.001.08 and camt.053.001.08 in, each held against its schema."""

from apps.disbursement.wire.iso.answers import read_answer
from apps.disbursement.wire.iso.orders import write_order
from apps.disbursement.wire.iso.queries import write_query
from apps.disbursement.wire.iso.statements import read_notification, read_statement

__all__ = ["read_answer", "read_notification", "read_statement", "write_order", "write_query"]
