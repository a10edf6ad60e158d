"""What the public may read; nothing here names a person or looks at a row that is not frozen."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, QuerySet

from apps.performance.models import DisclosedLine, DisclosedResult, Disclosure, DisclosureState
from apps.regions.models import Region
from imbudget.kit.crypto import sm3_hex

LINE = ("function", "economic", "fund", "approved", "adjusted", "executed")
RESULT = ("department", "grade", "projects", "mean", "budget", "executed")


def on_show() -> QuerySet[Disclosure]:
    """Published and neither replaced nor withdrawn."""
    return Disclosure.objects.filter(state=DisclosureState.PUBLISHED).select_related("region")


def last_disclosed() -> datetime | None:
    """When anything public last changed, a withdrawal too."""
    return Disclosure.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()


def disclosing_regions() -> list[tuple[Region, list[int]]]:
    """Regions that publish anything, from above, with the years, the newest first. Two queries."""
    years: dict[int, list[int]] = {}
    for region, year in on_show().order_by("region", "-year").values_list("region", "year"):
        years.setdefault(region, []).append(year)
    rows = Region.objects.filter(pk__in=years).order_by("tree_id", "lft")
    return [(region, years[region.pk]) for region in rows]


def shown(region_code: str, year: int) -> Disclosure | None:
    """What a region has published of a year."""
    return on_show().filter(region__code=region_code, year=year).first()


def last_of(region_code: str) -> datetime | None:
    """When the region's figures last changed."""
    found: datetime | None = Disclosure.objects.filter(region__code=region_code).aggregate(at=Max("changed_at"))["at"]
    return found


def digest_of(disclosure: Disclosure) -> str:
    """SM3 over all rows in their order."""
    return sm3_hex("\n".join(_said(disclosure)).encode())


def _said(disclosure: Disclosure) -> Iterator[str]:
    for row in DisclosedLine.objects.filter(disclosure=disclosure).values_list(*LINE).order_by(*LINE[:3]):
        yield "\x1f".join(map(_plain, row))
    for row in DisclosedResult.objects.filter(disclosure=disclosure).values_list(*RESULT).order_by(*RESULT[:2]):
        yield "\x1f".join(map(_plain, row))


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
