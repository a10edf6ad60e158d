"""Rows of a table file put in place one by one: what the import command and the administration share."""

from typing import Any

from django.utils.translation import gettext as _

from apps.codes import services
from apps.codes.models import Catalog, Code, DayKind, FiscalYear, WatchedItem
from apps.regions.models import Region, UnitNature
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError, day

DERIVATION, WATCHED, FUND_RULE = "derivation", "watched", "fund_rule"


class _OfYears:
    """Rows that say their year; years and the codes that rows refer to are read once for the whole file."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._years: dict[str, FiscalYear] = {}
        self._codes: dict[tuple[int, str, str], Code] = {}

    def year(self, row: dict[str, str]) -> FiscalYear:
        self._years = self._years or {str(year.year): year for year in FiscalYear.objects.all()}
        found = self._years.get(row["year"])
        if found is None:
            raise RowError(_("The year %(year)s does not exist in the system.") % {"year": row["year"]})
        return found

    def code(self, catalog: str, year: FiscalYear, text: str) -> Code:
        key = (year.year, catalog, text)
        if key not in self._codes:
            found = Code.objects.filter(catalog=catalog, year=year, code=text).select_related("year").first()
            if found is None:
                raise RowError(_("%(code)s is not in the classification of %(year)s.") % {"code": text, "year": year})
            self._codes[key] = found
        return self._codes[key]


def _marks(row: dict[str, str]) -> dict[str, Any]:
    return {"is_verified": row.get("verified") == "1", "source": row.get("source", "")}


class CodeRows(_OfYears):
    """catalog, year, code, name_zh, name_mvf, parent_code, standard, verified, source, valid_from, valid_to."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one code. Raises RowError or RuleViolation."""
        year = self.year(row)
        if row["catalog"] not in Catalog.values:
            raise RowError(_("%(catalog)s is not a classification.") % {"catalog": row["catalog"]})
        values = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "parent": self.code(row["catalog"], year, row["parent_code"]) if row["parent_code"] else None,
            "valid_from": day(row.get("valid_from", "")),
            "valid_to": day(row.get("valid_to", "")),
            **_marks(row),
        }
        if "standard" in row:  # a file without the column leaves the mark as it is
            values["is_standard"] = row["standard"] == "1"
        return services.put_code(self.actor, row["catalog"], year.year, row["code"], values)


class DerivationRows(_OfYears):
    """year, dept_code, nature, gov_code, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one derivation. Raises RowError or RuleViolation."""
        year = self.year(row)
        if row["nature"] not in UnitNature.values:
            raise RowError(_("%(nature)s is not a nature of unit.") % {"nature": row["nature"]})
        department = self.code(Catalog.DEPARTMENT_ECONOMIC, year, row["dept_code"])
        government = self.code(Catalog.GOVERNMENT_ECONOMIC, year, row["gov_code"])
        return services.put_derivation(self.actor, department, row["nature"], government, _marks(row))


class WatchedRows(_OfYears):
    """year, code, item, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one watched code. Raises RowError or RuleViolation."""
        if row["item"] not in WatchedItem.values:
            raise RowError(_("%(item)s is not a watched item.") % {"item": row["item"]})
        code = self.code(Catalog.DEPARTMENT_ECONOMIC, self.year(row), row["code"])
        return services.put_watched(self.actor, code, row["item"], _marks(row))


class FundRuleRows(_OfYears):
    """year, function_code, fund_code, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one fund rule. Raises RowError or RuleViolation."""
        year = self.year(row)
        function = self.code(Catalog.FUNCTION, year, row["function_code"])
        fund = self.code(Catalog.FUND, year, row["fund_code"])
        return services.put_fund_rule(self.actor, function, fund, _marks(row))


class CalendarRows:
    """day, region_code (empty: everywhere), kind, name_zh, name_mvf, source."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._regions: dict[str, Region] = {}

    def put(self, row: dict[str, str]) -> str:
        """Make or change one calendar day. Raises RowError or RuleViolation."""
        when = day(row["day"])
        if when is None:
            raise RowError(_("The day is missing."))
        if row["kind"] not in DayKind.values:
            raise RowError(_("%(kind)s is not a kind of day.") % {"kind": row["kind"]})
        values = {
            "kind": row["kind"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "source": row.get("source", ""),
        }
        return services.put_calendar_day(self.actor, when, self.region(row["region_code"]), values)

    def region(self, code: str) -> Region | None:
        if not code:
            return None
        self._regions = self._regions or {region.code: region for region in Region.objects.all()}
        if code not in self._regions:
            raise RowError(_("There is no region with the code %(code)s.") % {"code": code})
        return self._regions[code]


RULE_ROWS = {DERIVATION: DerivationRows, WATCHED: WatchedRows, FUND_RULE: FundRuleRows}
