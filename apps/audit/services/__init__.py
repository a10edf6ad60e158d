"""Writing to the audit log. What cannot be written down is not done: the record stands in the act's own transaction."""

from apps.audit.services.forwarding import forward
from apps.audit.services.keeping import close_months, export_month, keep, open_months, remove_month
from apps.audit.services.recording import record, record_apart, record_seen, record_signed_out
from apps.audit.services.refusals import Refusal, fold_refusals, record_refusal
from apps.audit.services.sealing import seal_records

__all__ = [
    "Refusal",
    "close_months",
    "export_month",
    "fold_refusals",
    "forward",
    "keep",
    "open_months",
    "record",
    "record_apart",
    "record_refusal",
    "record_seen",
    "record_signed_out",
    "remove_month",
    "seal_records",
]
