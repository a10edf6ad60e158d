"""What is done with evidence: `append` by every act, the rest by the clock."""

from apps.evidence.services.appending import append, append_many, record_download
from apps.evidence.services.sealing import seal, seal_all

__all__ = ["append", "append_many", "record_download", "seal", "seal_all"]
