"""Regions, departments and units for tests: a small tree with two leagues and two banners each."""

from dataclasses import dataclass
from datetime import date

import factory

from apps.regions import services
from apps.regions.credit_code import check_character
from apps.regions.models import Department, Region, RegionKind, Unit, UnitNature
from imbudget.kit.actor import system_actor
from imbudget.kit.testing.kept import kept
from imbudget.kit.text import search_key

ACTOR = system_actor("tests")
# code, name, kind, upper region; beside the first league and banner stand the neighbours that must see nothing.
PLACES = (
    ("150000", "内蒙古自治区", RegionKind.REGION, ""),
    ("150100", "呼和浩特市", RegionKind.CITY, "150000"),
    ("152200", "兴安盟", RegionKind.LEAGUE, "150000"),
    ("150102", "新城区", RegionKind.DISTRICT, "150100"),
    ("150121", "土默特左旗", RegionKind.BANNER, "150100"),
    ("152221", "科尔沁右翼前旗", RegionKind.BANNER, "152200"),
    ("152223", "扎赉特旗", RegionKind.BANNER, "152200"),
)


@dataclass(frozen=True, slots=True)
class Tree:
    """The seven places by what they are to the first banner."""

    root: Region
    league: Region
    other_league: Region
    banner: Region
    neighbour: Region
    far_banner: Region
    farther_banner: Region


def make_region(code: str, name: str, kind: str = RegionKind.BANNER, parent: Region | None = None) -> Region:
    """One region by the service that makes them all."""
    values = {"finance_code": f"{code}000", "name_zh_hans": name, "kind": kind, "parent": parent}
    services.put_region(ACTOR, code, values, [])
    return Region.objects.get(code=code)


@kept
def make_tree() -> Tree:
    """自治区 → 盟市 → 旗县, two of each below the first."""
    made: dict[str, Region] = {}
    for code, name, kind, upper in PLACES:
        made[code] = make_region(code, name, kind, made.get(upper))
    # Read anew: inserting a node moves the tree numbers of those read before.
    fresh = {region.code: region for region in Region.objects.filter(code__in=list(made)).select_related("parent")}
    return Tree(*(fresh[code] for code, *_rest in PLACES))


def credit_code(number: int) -> str:
    """A valid unified social credit code, another one for each number."""
    first = f"11150000TT{number:07d}"
    return first + check_character(first)


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("region", "code")

    code = "118"
    name_zh_hans = "财政局"


class UnitFactory(factory.django.DjangoModelFactory):
    """A unit of `region`, its department made with it; traits by situation."""

    class Meta:
        model = Unit

    class Params:
        school = factory.Trait(nature=UnitNature.INSTITUTION_FULL)
        not_yet = factory.Trait(valid_from=date(2099, 1, 1))

    code = factory.Sequence(lambda number: f"118{number + 1:03d}")
    credit_code = factory.Sequence(credit_code)
    name_zh_hans = factory.Sequence(lambda number: f"第{number + 1}单位")
    nature = UnitNature.ADMINISTRATIVE
    department = factory.SubFactory(DepartmentFactory, region=factory.SelfAttribute("..region"))
    league_id = factory.LazyAttribute(lambda unit: unit.region.league_id)
    search_key = factory.LazyAttribute(lambda unit: search_key(f"{unit.name_zh_hans} {unit.code} {unit.credit_code}"))
