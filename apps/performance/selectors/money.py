"""What the ledger says of a project's year as of a day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.utils import timezone

from apps.ledger.models import AccountRole, AuthorityState, Entry
from apps.performance.models import ProjectYear


def executed_by(of: ProjectYear, day: date) -> Decimal:
    """What was paid by the end of a day, in yuan: of a day that is over, what the ledger had booked by then. One query, or none.

    A form that is filled in months later is not lit by what was paid meanwhile.
    """
    if day >= timezone.localdate():
        return of.executed
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = Entry.objects.filter(
        authority__project_code=of.project.code,
        authority__project=of.project_id,
        authority__year=of.year_id,
        authority__state=AuthorityState.EXECUTABLE,
        account__role=AccountRole.SPENT,
        posting__posted_at__lt=after,
    )
    paid: Decimal | None = rows.order_by().aggregate(sum=Sum(F("amount") * F("side")))["sum"]
    return paid or Decimal(0)
