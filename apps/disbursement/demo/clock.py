"""The clock of the demonstration: what its people did in past months is done on those days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.utils import timezone


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """Within this block it is that day; for sample data alone, in a process that does nothing else."""
    real = timezone.now
    moment = datetime.combine(day, time(hour), timezone.get_default_timezone())
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
