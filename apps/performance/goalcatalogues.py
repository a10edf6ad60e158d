"""Rows of the table files of sets, indicators and rules of checks, put in place one by one."""

import json
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.performance.models import GoalRuleLevel, IndicatorSet
from apps.performance.models.scheme import OPEN_END
from apps.performance.services import goalrules, library
from apps.projects.models import ProjectCategory
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError

SETS, INDICATORS, RULES = "sets", "indicators", "goal_rules"
FIRST_YEAR = "2000"


class _Rows:
    """`kept`: keys of rows that stay as they are (a shipped file does not set back what people have changed)."""

    def __init__(self, actor: Actor, kept: Collection[int] = frozenset()) -> None:
        self.actor, self.kept = actor, kept


class SetRows(_Rows):
    """code, name_zh, name_mn, categories (codes with blanks between), active (1, 0; 1 where it is missing), source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one set. Raises RowError."""
        codes = row.get("categories", "").split()
        known = {category.code: category for category in ProjectCategory.objects.filter(code__in=codes)}
        missing = next((code for code in codes if code not in known), "")
        if missing:
            raise RowError(_("There is no category %(code)s.") % {"code": missing})
        values: dict[str, Any] = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mn") or None,
            "is_active": row.get("active") != "0",
            "source": row.get("source", ""),
        }
        return library.put_set(self.actor, row["code"], values, list(known.values()), self.kept)


class IndicatorRows(_Rows):
    """set, code, kind, content_zh, content_mn, formula_zh, nature, value, measure, points, scoring_zh, source, basis, core,
    verified, valid_from, valid_to, region (empty: everywhere)."""

    def __init__(self, actor: Actor, kept: Collection[int] = frozenset()) -> None:
        super().__init__(actor, kept)
        self.sets = {row.code: row for row in IndicatorSet.objects.all()}

    def put(self, row: dict[str, str]) -> str:
        """Make or change one indicator that no unit owns. Raises RowError."""
        of = self.sets.get(row["set"])
        if of is None:
            raise RowError(_("There is no set of indicators %(code)s.") % {"code": row["set"]})
        values: dict[str, Any] = {
            "of": of,
            "kind": row["kind"],
            "content_zh_hans": row["content_zh"],
            "content_mvf": row.get("content_mn") or None,
            "formula_zh_hans": row.get("formula_zh", ""),
            "nature": row["nature"],
            "value": row.get("value", ""),
            "measure": row.get("measure", ""),
            "points": _points(row.get("points", "")),
            "scoring_zh_hans": row.get("scoring_zh", ""),
            "source": row.get("source") or "manual",
            "basis": row.get("basis", ""),
            "is_core": row.get("core") == "1",
            "is_verified": row.get("verified") == "1",
            "valid_to": _whole(row.get("valid_to") or str(OPEN_END)),
        }
        first = _whole(row.get("valid_from") or FIRST_YEAR)
        key = {"code": row["code"], "region": _region(row.get("region", "")), "valid_from": first}
        return library.put_indicator(self.actor, key, values, self.kept)


class GoalRuleRows(_Rows):
    """code, region, level, message_zh, message_mn, basis_zh, basis_mn, parameters (JSON), valid_from, valid_to, verified, source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change the rule of one check. Raises RowError or RuleViolation."""
        level = row.get("level") or GoalRuleLevel.OWN
        if level not in GoalRuleLevel.values:
            raise RowError(_("%(text)s is not a weight of a check.") % {"text": level})
        values: dict[str, Any] = {
            "level": level,
            "message_zh_hans": row.get("message_zh", ""),
            "message_mvf": row.get("message_mn") or None,
            "basis_zh_hans": row.get("basis_zh", ""),
            "basis_mvf": row.get("basis_mn") or None,
            "parameters": _parameters(row.get("parameters", "")),
            "valid_to": _whole(row.get("valid_to") or str(OPEN_END)),
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        first = _whole(row.get("valid_from") or FIRST_YEAR)
        key = {"code": row["code"], "region": _region(row.get("region", "")), "valid_from": first}
        return goalrules.put_goal_rule(self.actor, key, values, self.kept)


def _region(code: str) -> Region | None:
    found = Region.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise RowError(_("There is no region %(code)s.") % {"code": code})
    return found


def _points(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise RowError(_("%(text)s is not a number of points.") % {"text": text}) from error


def _parameters(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RowError(_('%(text)s are no parameters; write them like {"tolerance": 1}.') % {"text": text})
    return found


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(OPEN_END)) + 1):
        raise RowError(_("%(text)s is not a whole number.") % {"text": text})
    return int(text)
