"""The year that lists of the ledger, new documents and new books begin with."""

from collections.abc import Collection

from django.utils import timezone

from apps.ledger.models import Books


def year_at_work() -> int:
    """This year while it has books, else the newest year that has any."""
    return year_to_begin_with(set(Books.objects.order_by().values_list("year_id", flat=True).distinct()))


def year_to_begin_with(years: Collection[int]) -> int:
    """The year in execution by the date, also when next year's books stand open beside it; else the newest of `years`."""
    this = timezone.localdate().year
    return this if this in years or not years else max(years)
