"""Rows of the catalogues' table files put in place one by one: what the import command and the administration share."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.projects.models import ProjectCategory
from apps.projects.models.catalogue import OPEN_END
from apps.projects.reading import read_decimal, year_of
from apps.projects.services import catalogues
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError

CATEGORIES, TAGS, SETTINGS = "categories", "tags", "settings"


class _Rows:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor


def _names(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name_zh_hans": row["name_zh"],
        "name_mvf": row.get("name_mvf") or None,
        "source": row.get("source", ""),
    }


class CategoryRows(_Rows):
    """code, name_zh, name_mvf, parent_code, active, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one category. Raises RowError or RuleViolation."""
        upper = None
        if row.get("parent_code"):
            upper = ProjectCategory.objects.filter(code=row["parent_code"]).first()
            if upper is None:
                raise RowError(_("There is no category %(code)s.") % {"code": row["parent_code"]})
        values = _names(row) | {"parent": upper, "is_active": row.get("active", "1") == "1"}
        return catalogues.put_category(self.actor, row["code"], values)


class TagRows(_Rows):
    """code, name_zh, name_mvf, valid_from, valid_to, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one tag. Raises RowError."""
        years = {"valid_from": _year(row.get("valid_from"), 2000), "valid_to": _year(row.get("valid_to"), OPEN_END)}
        return catalogues.put_tag(self.actor, row["code"], _names(row) | years)


class SettingRows(_Rows):
    """region_code, code_pattern, review_threshold, evaluation_threshold, mongolian, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one region's settings. Raises RowError or RuleViolation."""
        region = Region.objects.filter(code=row["region_code"]).first()
        if region is None:
            raise RowError(_("There is no region %(code)s.") % {"code": row["region_code"]})
        values = {
            "code_pattern": row["code_pattern"],
            "review_threshold": _amount(row["review_threshold"]),
            "evaluation_threshold": _amount(row["evaluation_threshold"]),
            "mongolian_documents": row.get("mongolian") == "1",
            "source": row.get("source", ""),
        }
        return catalogues.put_setting(self.actor, region, values)


def _year(text: str | None, default: int) -> int:
    if not text or text == str(default):
        return default
    try:
        return year_of(text)
    except ValueError as error:
        raise RowError(str(error)) from error


def _amount(text: str) -> Decimal:
    try:
        return read_decimal(text or "0", 2)
    except ValueError as error:
        raise RowError(str(error)) from error


ROWS: dict[str, Any] = {CATEGORIES: CategoryRows, TAGS: TagRows, SETTINGS: SettingRows}
