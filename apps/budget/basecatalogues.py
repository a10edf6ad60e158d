"""Rows of the base tables' files put in place one by one: what the import command and the administration share."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.budget import services
from apps.budget.models import StaffCategory, StandardKind
from apps.budget.models.base import OPEN_END
from apps.regions.models import Region, Unit, UnitNature
from imbudget.kit.actor import Actor
from imbudget.kit.money import MAX_AMOUNT, parse_amount
from imbudget.kit.tableimport import RowError, day

CATEGORIES, STANDARDS, STAFF, ASSETS = "categories", "standards", "staff", "assets"


class _Rows:
    """What rows refer to is read once for the whole file."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._regions: dict[str, Region | None] = {}
        self._categories: dict[str, StaffCategory] = {}

    def region(self, code: str) -> Region:
        if code not in self._regions:
            self._regions[code] = Region.objects.filter(code=code).first()
        found = self._regions[code]
        if found is None:
            raise RowError(_("There is no region %(code)s.") % {"code": code})
        return found

    def category(self, code: str) -> StaffCategory:
        self._categories = self._categories or {row.code: row for row in StaffCategory.objects.all()}
        if code not in self._categories:
            raise RowError(_("There is no staff category %(code)s.") % {"code": code})
        return self._categories[code]


class CategoryRows(_Rows):
    """code, name_zh, name_mvf, order, in_post, active, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one category. Raises RowError."""
        values = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "order": whole(row.get("order") or "0"),
            "is_active": row.get("active", "1") == "1",
            "source": row.get("source", ""),
        }
        if "in_post" in row:  # a file without the column leaves the mark as it is
            values["in_post"] = row["in_post"] == "1"
        return services.put_staff_category(self.actor, row["code"], values)


class StandardRows(_Rows):
    """region_code, kind, economic, category, nature, amount, valid_from, valid_to, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one standard. Raises RowError or RuleViolation."""
        nature, kind = row.get("nature", ""), row.get("kind") or StandardKind.STAFF
        if nature and nature not in UnitNature.values:
            raise RowError(_("%(text)s is not a nature of units.") % {"text": nature})
        if kind not in StandardKind.values:
            raise RowError(_("%(text)s is not a kind of standard.") % {"text": kind})
        key: dict[str, Any] = {
            "region": self.region(row["region_code"]) if row.get("region_code") else None,
            "economic": row["economic"],
            "category": self.category(row["category"]) if row.get("category") else None,
            "nature": nature,
            "valid_from": whole(row.get("valid_from") or "2000"),
        }
        values = {
            "kind": kind,
            "amount": _amount(row["amount"]),
            "valid_to": whole(row.get("valid_to") or str(OPEN_END)),
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        return services.put_standard(self.actor, key, values)


class AssetRows(_Rows):
    """region_code, item, name, nature, per_person, price, valid_from, valid_to, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one asset standard. Raises RowError or RuleViolation."""
        nature = row.get("nature", "")
        if nature and nature not in UnitNature.values:
            raise RowError(_("%(text)s is not a nature of units.") % {"text": nature})
        key: dict[str, Any] = {
            "region": self.region(row["region_code"]) if row.get("region_code") else None,
            "item": row["item"],
            "nature": nature,
            "valid_from": whole(row.get("valid_from") or "2000"),
        }
        values = {
            "name": row["name"],
            "per_person": _amount(row["per_person"]) if row.get("per_person") else None,
            "price": _amount(row["price"]) if row.get("price") else None,
            "valid_to": whole(row.get("valid_to") or str(OPEN_END)),
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        return services.put_asset_standard(self.actor, key, values)


class StaffRows(_Rows):
    """region_code, unit_code, year, category, count, as_of, source."""

    def put(self, row: dict[str, str]) -> str:
        """State one head count. Raises RowError or RuleViolation."""
        unit = Unit.objects.filter(region=self.region(row["region_code"]), code=row["unit_code"]).first()
        if unit is None:
            raise RowError(
                _("The region has no department or unit with the code %(code)s.") % {"code": row["unit_code"]}
            )
        as_of = day(row["as_of"])
        if as_of is None:
            raise RowError(_("%(text)s is not a date like 2027-01-01.") % {"text": row["as_of"]})
        counts = {self.category(row["category"]).pk: whole(row["count"])}
        year = whole(row["year"])
        known = unit.staff_counts.filter(year_id=year, category=self.category(row["category"])).exists()
        changed = services.set_staff_counts(self.actor, unit, year, counts, as_of, row.get("source", ""))
        return ("changed" if known else "created") if changed else "same"


ROWS: dict[str, Any] = {CATEGORIES: CategoryRows, STANDARDS: StandardRows, STAFF: StaffRows, ASSETS: AssetRows}


def whole(text: str) -> int:
    """A whole number of at most six digits. Raises RowError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise RowError(_("%(text)s is not a whole number.") % {"text": text})
    return int(text)


def _amount(text: str) -> Decimal:
    try:
        amount = parse_amount(text)
    except ValueError as error:
        raise RowError(_("Write an amount in yuan, such as 12,345.60.")) from error
    if not 0 <= amount < MAX_AMOUNT:
        raise RowError(_("The amount must not be below zero."))
    return amount
