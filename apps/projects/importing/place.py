"""What the rows of a file may name: units, years with their funds, categories and tags; read once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from apps.codes.models import Catalog, Code, FiscalYear
from apps.projects.models import PolicyTag, ProjectCategory
from apps.regions.models import Region, RegionCodeChange, Unit
from imbudget.kit.text import search_key


class Place:
    """The region of the import (and, for the operator, what lies below it), and the dictionaries of its rows.

    `only_units` are the units of a department that brings in drafts; None where the finance office does.
    """

    def __init__(self, region: Region, year: int, below: bool, only_units: Collection[int] | None = None) -> None:
        self.region, self.year, self.only_units = region, year, only_units
        inside: Iterable[Region] = region.get_descendants(include_self=True) if below else [region]
        self.regions = {node.code: node for node in inside}

    @cached_property
    def divisions(self) -> dict[int, set[str]]:
        """Region → the division codes that codes of its projects may begin with: its own, and those it had."""
        found = {node.pk: {node.code} for node in self.regions.values()}
        for pk, code in RegionCodeChange.objects.filter(region__in=found).values_list("region", "old_code"):
            found[pk].add(code)
        return found

    @cached_property
    def units(self) -> dict[tuple[int, str], Unit]:
        """By region and code."""
        return {(unit.region_id, unit.code): unit for unit in self._units()}

    @cached_property
    def units_by_name(self) -> dict[tuple[int, str], list[Unit]]:
        """By region and name in either language."""
        found: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            for name in names_of(unit):
                found[unit.region_id, name].append(unit)
        return found

    def _units(self) -> Any:
        ids = [node.pk for node in self.regions.values()]
        units = Unit.objects.filter(region__in=ids).select_related("region", "department").order_by()
        return units if self.only_units is None else units.filter(pk__in=self.only_units)

    @cached_property
    def years(self) -> set[int]:
        return set(FiscalYear.objects.values_list("year", flat=True))

    @cached_property
    def funds(self) -> dict[tuple[int, str], Code]:
        """By year and code, leaves and others."""
        return {(code.year_id, code.code): code for code in Code.objects.filter(catalog=Catalog.FUND)}

    @cached_property
    def categories(self) -> dict[str, ProjectCategory | None]:
        """Categories in use without others below them, by code and by name; None where a name means several."""
        rows = [row for row in ProjectCategory.objects.filter(is_active=True) if row.is_leaf_node()]
        return _by_words(rows)

    @cached_property
    def tags(self) -> dict[str, PolicyTag | None]:
        return _by_words(PolicyTag.objects.all())


def names_of(row: Any) -> set[str]:
    """The names of a row in both languages, as they are searched by."""
    return {search_key(name) for name in (row.name_zh_hans, row.name_mvf) if name}


def _by_words(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        for name in names_of(row):
            found[name] = None if name in found else row
        found[search_key(row.code)] = row
    return found
