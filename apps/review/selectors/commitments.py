"""Where the evidence holds the commitment of a draw."""

from apps.evidence.models import Batch, Entry
from apps.review.models import Draw

COMMITTED, DRAWN = "review.draw_committed", "review.drawn"


def entry_of(draw: Draw, event: str) -> Entry | None:
    """The first record of this act on the draw."""
    rows = Entry.objects.filter(subject_type=Draw._meta.label, subject_id=str(draw.pk), event=event)
    return rows.select_related("batch").order_by("pk").first()


def batch_of(draw: Draw) -> Batch | None:
    """The batch that sealed the commitment, once there is one."""
    entry = entry_of(draw, COMMITTED)
    return entry.batch if entry else None
