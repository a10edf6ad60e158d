"""Books of a region's year: what is left in them, and what stands in the way of closing them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from apps.ledger.models import (
    OPEN_STATES,
    AccountRole,
    AccountTotal,
    Authority,
    AuthorityDocument,
    AuthorityState,
    Books,
)

HERE = (AccountRole.UNALLOCATED, AccountRole.PENDING, AccountRole.EXECUTABLE)
ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=2))


def with_sums(rows: QuerySet[Books]) -> QuerySet[Books]:
    """Books with what is left in them (`left`) and what is applied for (`held`)."""
    return rows.annotate(left=_on(*HERE), held=_on(AccountRole.RESERVED))


def _on(*roles: str) -> Coalesce:
    """What stands on some accounts of the books. Transfers stand at the lower level: what was sent is not left here."""
    of = AccountTotal.objects.filter(region=OuterRef("region"), year=OuterRef("year"), account__role__in=roles)
    total = of.order_by().values("region").annotate(total=Sum(F("debit") - F("credit"))).values("total")
    return Coalesce(Subquery(total), ZERO)


def leftovers(books: Books) -> QuerySet[Authority]:
    """The authorities of these books that have something left, in the order of their numbers."""
    rows = Authority.objects.filter(region=books.region_id, year=books.year_id, balance__available__gt=0)
    return rows.exclude(state=AuthorityState.SENT).order_by("pk")


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What stands in the way of closing books: authorities with money applied for or left, documents under way."""

    held: int
    left: int
    documents: int

    def __bool__(self) -> bool:
        return bool(self.held or self.left)


def obstacles_of(books: Books) -> Obstacles:
    """What the closing would refuse, and the documents that could not be posted afterwards."""
    own = Authority.objects.filter(region=books.region_id, year=books.year_id)
    open_ = AuthorityDocument.objects.filter(region=books.region_id, year=books.year_id, state__in=OPEN_STATES)
    return Obstacles(own.filter(balance__reserved__gt=0).count(), leftovers(books).count(), open_.count())
