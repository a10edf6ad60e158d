"""What was issued (可执行指标数): with what the year's end cleared away, which was authority of this year all the same."""

from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.ledger.models import Authority, AuthorityState, Entry, Event, Side

MONEY: DecimalField = DecimalField(max_digits=20, decimal_places=2)
NOTHING = Value(Decimal("0.00"), output_field=MONEY)


def cleared() -> Case:
    """What the year's end took from an authority, carried over or written off; asked only where something was taken."""
    entries = Entry.objects.filter(
        authority=OuterRef("pk"), side=Side.DEBIT, posting__event=Event.CLEARED_EXECUTABLE
    ).order_by()
    taken = entries.values("authority").annotate(taken=Sum("amount")).values("taken")
    return Case(
        When(balance__decreased__gt=0, then=Coalesce(Subquery(taken, output_field=MONEY), NOTHING)),
        default=NOTHING,
        output_field=MONEY,
    )


def with_issued(rows: Any) -> Any:
    """Authorities with `cleared` and `current`: what each was issued for by now, in yuan."""
    now = F("balance__amount") + F("balance__increased") - F("balance__decreased")
    return rows.annotate(cleared=cleared()).annotate(current=now + F("cleared"))


def issued_by_unit(region: int, year: int) -> dict[int | None, Decimal]:
    """Budget unit → what the region has issued to it in the year, cleared at the year's end or not, in yuan."""
    rows = Authority.objects.filter(region=region, year=year, state=AuthorityState.EXECUTABLE)
    return dict(with_issued(rows).order_by().values_list("unit_id").annotate(figure=Sum("current")))
