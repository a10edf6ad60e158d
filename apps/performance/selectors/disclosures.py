"""What the public may read; nothing here names a person or looks at a row that is not frozen."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, QuerySet

from apps.performance.models import DisclosedLine, DisclosedProject, DisclosedResult, Disclosure, DisclosureState
from apps.regions.models import Region
from imbudget.kit.crypto import sm3_hex

LINE = ("function", "economic", "fund", "approved", "adjusted", "executed")
PROJECT = ("number", "code", "name", "unit", "category", "budget", "executed", "score", "grade")
RESULT = ("department", "grade", "projects", "mean", "budget", "executed")
BATCH = 1000


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


def projects_of(disclosure: Disclosure, after: int = 0, upto: int | None = None) -> QuerySet[DisclosedProject]:
    """Published projects numbered after one and up to another, in their order."""
    rows = DisclosedProject.objects.filter(disclosure=disclosure, number__gt=after)
    return (rows if upto is None else rows.filter(number__lte=upto)).order_by("number")


def every_project(disclosure: Disclosure) -> Iterator[DisclosedProject]:
    """All of them, some at a time: a reader that is slow holds neither memory nor a transaction."""
    after = 0
    while rows := list(projects_of(disclosure, after, after + BATCH)):
        yield from rows
        after = rows[-1].number


def count_projects(disclosure: Disclosure) -> int:
    """How many projects are named: they are numbered without gaps."""
    last = DisclosedProject.objects.filter(disclosure=disclosure).aggregate(last=Max("number"))["last"]
    return last or 0


def digest_of(disclosure: Disclosure) -> str:
    """SM3 over all rows in their order."""
    return sm3_hex("\n".join(_said(disclosure)).encode())


def _said(disclosure: Disclosure) -> Iterator[str]:
    for row in DisclosedLine.objects.filter(disclosure=disclosure).values_list(*LINE).order_by(*LINE[:3]):
        yield "\x1f".join(map(_plain, row))
    for row in DisclosedResult.objects.filter(disclosure=disclosure).values_list(*RESULT).order_by(*RESULT[:2]):
        yield "\x1f".join(map(_plain, row))
    for one in every_project(disclosure):
        yield "\x1f".join(_plain(getattr(one, name)) for name in PROJECT)


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
