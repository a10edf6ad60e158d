"""Where the rows of a file may go: the region (and, for the operator, what is below it), the year, one unit alone."""

from dataclasses import dataclass, field
from datetime import date

from apps.budget.models import RegionSetting
from apps.budget.selectors.settings import setting_of
from apps.codes.models import Catalog, Code
from apps.codes.selectors import codes_by_text
from apps.regions.models import Region, Unit
from apps.regions.models.unit import UnitQuerySet


@dataclass(frozen=True, slots=True)
class Place:
    """`regions` by their codes; `unit` when all rows must belong to one; what the region's settings allow."""

    region: Region
    year: int
    unit: Unit | None = None
    regions: dict[str, Region] = field(default_factory=dict)
    by_function: bool = False
    default_fund: Code | None = None

    def units(self) -> UnitQuerySet:
        """The units that rows may belong to: those that exist when the year begins."""
        regions = [region.pk for region in self.regions.values()]
        return Unit.objects.filter(region__in=regions).valid_on(date(self.year, 1, 1)).order_by()


def place_of(region: Region, year: int, unit: Unit | None, below: bool) -> Place:
    """The place of an import; `below` takes in all regions under the region."""
    inside = list(region.get_descendants(include_self=True)) if below else [region]
    setting = setting_of(region.pk)
    return Place(
        region,
        year,
        unit,
        {node.code: node for node in inside},
        setting.function_level_lines,
        _default_fund(setting, year) if setting.function_level_lines else None,
    )


def _default_fund(setting: RegionSetting, year: int) -> Code | None:
    code = codes_by_text(year, Catalog.FUND).get(setting.default_fund)
    return code if code is not None and code.is_leaf else None
