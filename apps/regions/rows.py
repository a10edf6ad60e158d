"""Rows of a table file put in place one by one: what the import commands and the administration share."""

from typing import Any

from django.utils.translation import gettext as _

from apps.regions import services
from apps.regions.models import Department, Region, RegionKind, UnitNature
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError, day


class RegionRows:
    """code, finance_code, name_zh, name_mvf, parent_code, kind, tags, phase, reports_to, valid_from, valid_to."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def put(self, row: dict[str, str]) -> str:
        """Make or change one region. Raises RowError or RuleViolation."""
        if row["kind"] not in RegionKind.values:
            raise RowError(_("%(kind)s is not a kind of region.") % {"kind": row["kind"]})
        values = {
            "finance_code": row["finance_code"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "kind": row["kind"],
            "parent": self.region(row["parent_code"]),
            "reports_to": self.region(row.get("reports_to", "")),
            "phase": whole(row.get("phase") or "1"),
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
        }
        return services.put_region(self.actor, row["code"], values, row.get("tags", "").split())

    def region(self, code: str) -> Region | None:
        if not code:
            return None
        found = Region.objects.filter(code=code).first()
        if found is None:
            raise RowError(_("There is no region with the code %(code)s.") % {"code": code})
        return found


class _OfRegions:
    """Rows that hang on regions, which are read once for the whole file."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._regions: dict[str, Region] = {}

    def region(self, row: dict[str, str]) -> Region:
        self._regions = self._regions or {region.code: region for region in Region.objects.all()}
        found = self._regions.get(row["region_code"])
        if found is None:
            raise RowError(_("There is no region with the code %(code)s.") % {"code": row["region_code"]})
        return found

    def department(self, region: Region, code: str) -> Department:
        found = Department.objects.filter(region=region, code=code).first()
        if found is None:
            raise RowError(_("There is no department with the code %(code)s in this region.") % {"code": code})
        return found


class DepartmentRows(_OfRegions):
    """region_code, code, name_zh, name_mvf, parent_code."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one department. Raises RowError or RuleViolation."""
        region = self.region(row)
        parent = self.department(region, row["parent_code"]) if row.get("parent_code") else None
        values = {"name_zh_hans": row["name_zh"], "name_mvf": row.get("name_mvf") or None, "parent": parent}
        return services.put_department(self.actor, region, row["code"], values)


class UnitRows(_OfRegions):
    """region_code, department_code, code, credit_code, name_zh, name_mvf, nature, phone, valid_from, valid_to."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one budget unit. Raises RowError or RuleViolation."""
        region = self.region(row)
        if row["nature"] not in UnitNature.values:
            raise RowError(_("%(nature)s is not a nature of unit.") % {"nature": row["nature"]})
        values: dict[str, Any] = {
            "code": row["code"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "region": region,
            "department": self.department(region, row["department_code"]),
            "nature": row["nature"],
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
        }
        if "phone" in row:  # a file without the column leaves the numbers as they are
            values["phone"] = row["phone"]
        return services.put_unit(self.actor, row["credit_code"], values)


def whole(text: str) -> int:
    """A whole number. Raises RowError."""
    try:
        return int(text)
    except ValueError as error:
        raise RowError(_("%(text)s is not a whole number.") % {"text": text}) from error
