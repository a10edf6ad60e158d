"""The drawing of experts as arithmetic: the same facts give the same panel, here and on anybody's machine.

Pure: no clock, no database, no other source of chance than the key given. `docs/architecture.md` says how the facts
come about; `manage.py verify_draw` repeats a draw with these functions.
"""

from apps.review.drawing.criteria import BadCriteria, Criteria
from apps.review.drawing.digests import combined_key, commitment_of, digest_of, digest_of_text
from apps.review.drawing.panel import Entry, draw, is_enough, lines_of
from apps.review.drawing.shuffle import sequence

ALGORITHM = "sm3-sequence-1"

__all__ = [
    "ALGORITHM",
    "BadCriteria",
    "Criteria",
    "Entry",
    "combined_key",
    "commitment_of",
    "digest_of",
    "digest_of_text",
    "draw",
    "is_enough",
    "lines_of",
    "sequence",
]
