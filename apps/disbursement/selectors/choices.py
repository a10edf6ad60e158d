"""What a unit may choose from when it asks for a payment."""

from django.db.models import Q, QuerySet

from apps.disbursement.models import PayAccount
from apps.ledger.models import Authority, AuthorityState, Books, BooksState
from imbudget.kit.actor import Actor


def authorities_for(actor: Actor) -> QuerySet:
    """Authority of the unit that has something left, in books that are open; the newest first."""
    open_years = Books.objects.filter(region=actor.region_id, state=BooksState.OPEN).values("year")
    rows = Authority.objects.visible_to(actor).filter(
        state=AuthorityState.EXECUTABLE, unit__in=actor.unit_ids, year__in=open_years, balance__available__gt=0
    )
    return rows.select_related("balance", "function", "department_economic").order_by("-pk")


def accounts_for(actor: Actor) -> QuerySet:
    """The unit's own accounts and those of its finance office."""
    mine = Q(unit__in=actor.unit_ids) | Q(unit__isnull=True)
    return PayAccount.objects.open().filter(mine, region=actor.region_id).order_by("kind", "pk")
