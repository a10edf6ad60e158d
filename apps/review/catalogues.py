"""Rows of the review's table files put in place one by one: what the load command and the administration share."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.projects.models import ProjectCategory
from apps.regions.models import Region
from apps.review.models import Counting, ReviewKind
from apps.review.services import rules
from imbudget.kit.actor import Actor
from imbudget.kit.money import parse_amount
from imbudget.kit.tableimport import RowError

FIELDS, RULES, SETTINGS, PUBLICITY = "fields", "rules", "settings", "publicity"
NUMBERS = ("panel_size", "trim_from", "cooling_draws", "answer_days", "scoring_days", "objection_days")
SHARES = ("outlier_share", "pass_mark")


class _Rows:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor


class FieldRows(_Rows):
    """code, name_zh, name_mvf, active."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one field of expertise."""
        values = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "is_active": row.get("active", "1") == "1",
        }
        return rules.put_field(self.actor, row["code"], values)


class RuleRows(_Rows):
    """region_code, kind, category_code, least, only_new, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one rule of which reviews are needed. Raises RowError."""
        keys = {
            "region": _region(row["region_code"]),
            "kind": _choice(row["kind"], ReviewKind.values),
            "category": _category(row.get("category_code", "")),
        }
        values = {
            "least": _amount(row.get("least", "")),
            "only_new": row.get("only_new") == "1",
            "source": row.get("source", ""),
        }
        return rules.put_rule(self.actor, keys, values)


class SettingRows(_Rows):
    """region_code, panel_size, trim_from, outlier_share, pass_mark, cooling_draws, the terms, source; empty: default."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one region's way to review. Raises RowError."""
        values: dict[str, Any] = {name: _number(row[name]) for name in NUMBERS if row.get(name)}
        values |= {name: _amount(row[name]) for name in SHARES if row.get(name)}
        return rules.put_setting(self.actor, _region(row["region_code"]), values | {"source": row.get("source", "")})


class PublicityRows(_Rows):
    """region_code, kind (empty: every kind), days, counting, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one rule of how long results stand before the public. Raises RowError."""
        keys = {"region": _region(row["region_code"]), "kind": _choice(row.get("kind", ""), ["", *ReviewKind.values])}
        values = {
            "days": _number(row["days"]),
            "counting": _choice(row.get("counting") or Counting.WORKING, Counting.values),
            "source": row.get("source", ""),
        }
        return rules.put_publicity_rule(self.actor, keys, values)


def _region(code: str) -> Region:
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise RowError(_("There is no region %(code)s.") % {"code": code})
    return region


def _category(code: str) -> ProjectCategory | None:
    if not code:
        return None
    category = ProjectCategory.objects.filter(code=code).first()
    if category is None:
        raise RowError(_("There is no category %(code)s.") % {"code": code})
    return category


def _choice(text: str, values: list[str]) -> str:
    if text not in values:
        words = {"text": text, "values": ", ".join(filter(None, values))}
        raise RowError(_("“%(text)s” is none of %(values)s.") % words)
    return text


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise RowError(_("This is not a number."))
    return int(text)


def _amount(text: str) -> Decimal:
    try:
        return parse_amount(text or "0")
    except ValueError as error:
        raise RowError(_("This is not a number.")) from error


ROWS: dict[str, Any] = {FIELDS: FieldRows, RULES: RuleRows, SETTINGS: SettingRows, PUBLICITY: PublicityRows}
