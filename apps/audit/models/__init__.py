"""Records, what keeps them (blocks, months, tallies, how far they were forwarded), and the trail that an auditor reads."""

from apps.audit.models.keeping import Block, Forwarding, Month, Tally
from apps.audit.models.records import Record, RecordQuerySet
from apps.audit.models.trail import Trail, TrailQuerySet

__all__ = ["Block", "Forwarding", "Month", "Record", "RecordQuerySet", "Tally", "Trail", "TrailQuerySet"]
