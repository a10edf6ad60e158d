"""The year that lists of the ledger begin with."""

from django.utils import timezone

from apps.ledger.models import Books


def year_at_work() -> int:
    """This year while it has books, else the newest year that has any."""
    this = timezone.localdate().year
    years = set(Books.objects.order_by().values_list("year_id", flat=True).distinct())
    return this if this in years or not years else max(years)
