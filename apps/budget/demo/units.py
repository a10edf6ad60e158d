"""The budget units of the whole region: which bodies each region has, written in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from apps.budget.demo.catalogue import Body, bodies
from apps.budget.demo.names import credit_code, names_of
from apps.regions.models import Department, Region, RegionKind, Unit
from imbudget.kit.text import name_key

LEVEL_SHARES = {0: 70, 1: 75, 2: 100}
ALL_SORTS = frozenset({"everywhere", "border", "pastoral", "crops", "city", "rural"})
TOWN_DEPARTMENT = "190"
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A region and the sorts of regions it counts as; a league counts as all that its banners are."""

    region: Region
    sorts: frozenset[str]

    @property
    def level(self) -> int:
        return min(self.region.level, 2)

    def has(self, body: Body) -> bool:
        """Whether a body of this kind exists in a region of this level and sort."""
        return str(self.level) in body.levels and body.where in self.sorts


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit and the facts that its lines follow from; `serial` counts all units of the demonstration."""

    unit: Unit
    body: Body
    place: Place
    serial: int


def places() -> list[Place]:
    """The regions that have units of their own: all but development zones, in the order of their codes."""
    regions = list(Region.objects.exclude(kind=RegionKind.DEVELOPMENT_ZONE).prefetch_related("tags").order_by("code"))
    sorts = {region.pk: _sorts(region) for region in regions if region.level >= 2}
    for region in regions:
        if region.level == 1:
            sorts[region.pk] = frozenset().union(
                *(sorts[child.pk] for child in regions if child.parent_id == region.pk)
            )
    return [Place(region, sorts.get(region.pk, ALL_SORTS)) for region in regions]


def _sorts(region: Region) -> frozenset[str]:
    tags = {tag.code for tag in region.tags.all()}
    facts = {
        "everywhere": True,
        "border": "border" in tags,
        "pastoral": bool(tags & {"pastoral", "half_pastoral"}),
        "crops": "pastoral" not in tags,
        "city": region.kind in {RegionKind.DISTRICT, RegionKind.COUNTY_CITY},
        "rural": region.kind != RegionKind.DISTRICT,
    }
    return frozenset(name for name, holds in facts.items() if holds)


def quotas(found: list[Place], units: int) -> list[int]:
    """How many of the units each region gets, by level and at least one; they add up to `units` where that can be."""
    shares = [LEVEL_SHARES[place.level] for place in found]
    spread = [max(1, units * share // sum(shares)) for share in shares]
    for number in range(units - sum(spread)):
        spread[-1 - number % len(spread)] += 1
    return spread


def bodies_of(place: Place) -> Iterator[tuple[Body, int]]:
    """The region's bodies without end, each with its number: one of each kind, then more of those that repeat."""
    here = [body for body in bodies() if place.has(body)]
    yield from ((body, 1) for body in here)
    again = [body for body in here if body.repeats]
    yield from ((body, number) for number in count(2) for body in again)


def make_units(units: int) -> list[NewUnit]:
    """Departments and budget units of all regions; the same call gives the same ones."""
    found = places()
    made: list[NewUnit] = []
    for place, quota in zip(found, quotas(found, units), strict=True):
        made += _units_of(place, quota, len(made) + 1)
    Unit.objects.bulk_create([new.unit for new in made], batch_size=BATCH)
    return made


def _units_of(place: Place, quota: int, first_serial: int) -> list[NewUnit]:
    chosen = list(islice(bodies_of(place), quota))
    departments = _departments(place.region, chosen)
    numbers = dict.fromkeys(departments, 0)
    made = []
    for serial, (body, number) in enumerate(chosen, first_serial):
        numbers[body.department] += 1
        unit = Unit(department=departments[body.department], code=f"{body.department}{numbers[body.department]:03d}")
        _describe(unit, place.region, body, number, serial)
        made.append(NewUnit(unit, body, place, serial))
    return made


def _describe(unit: Any, region: Region, body: Body, number: int, serial: int) -> None:
    unit.region, unit.league_id, unit.nature = region, region.league_id, body.nature
    unit.name_zh_hans, unit.name_mvf = names_of(region, body, number)
    unit.name = unit.name_zh_hans
    unit.credit_code = credit_code(region.code, serial, body.nature)
    unit.search_key = name_key(unit.name_zh_hans, unit.name_mvf or "", unit.code, unit.credit_code, limit=500)


def _departments(region: Region, chosen: list[tuple[Body, int]]) -> dict[str, Department]:
    """The region's departments by code: each is named after its first unit."""
    made: dict[str, Department] = {}
    for body, number in chosen:
        names = names_of(region, body, number)
        if body.department == TOWN_DEPARTMENT:
            names = f"{region.name_zh_hans}苏木乡镇街道", None
        values = {"name": names[0], "name_zh_hans": names[0], "name_mvf": names[1]}
        made.setdefault(body.department, Department(region=region, code=body.department, **values))
    Department.objects.bulk_create(made.values())
    return made
