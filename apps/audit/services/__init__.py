"""Writing to the audit log. What cannot be written down is not done: the record stands in the act's own transaction."""

from apps.audit.services.recording import record, record_apart

__all__ = ["record", "record_apart"]
