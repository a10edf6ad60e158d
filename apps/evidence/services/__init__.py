"""What is done with evidence: `append` by every act, the rest by the clock."""

from apps.evidence.services.appending import append, append_many, record_download
from apps.evidence.services.rowfixes import accept_row, take_in_rows
from apps.evidence.services.rows import seal_rows
from apps.evidence.services.sealing import seal, seal_all

__all__ = ["accept_row", "take_in_rows", "append", "append_many", "record_download", "seal", "seal_all", "seal_rows"]
