"""One of everything in the ledger of the first banner, for tests that open every address."""

from decimal import Decimal
from typing import Any

from apps.budget.tests.factories import World, make_world
from apps.ledger import services
from apps.ledger.models import Books, DocumentKind, Posting
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import clerk_of, make_authority, make_document
from imbudget.kit.testing.upon import kept_upon


@kept_upon(make_world)
def used_authority(world: World) -> dict[str, Any]:
    """Executable authority that was applied for and partly paid, and a draft that moves some of it."""
    authority = make_authority(world, "1000.00")
    clerk = clerk_of(world.unit)
    services.reserve(clerk, authority, Decimal("300.00"), "rows:1")
    services.spend(clerk, authority, Decimal("100.00"), "rows:1:paid", "rows:1")
    line = LineInput(Decimal("50.00"), origin=authority, elements={"function": world.codes.managing})
    return {
        "authority": authority,
        "posting": Posting.objects.get(key="rows:1:paid"),
        "document": make_document(authority.region, DocumentKind.REALLOCATION, [line]),
        "book": Books.objects.get(region=authority.region_id, year=authority.year_id),
    }


def by_address(rows: dict[str, Any]) -> dict[str, Any]:
    """Beginning of an address's name → the row it is about."""
    return {f"ledger:{name}": row for name, row in rows.items()}
