"""Rows of the budget's table files put in place one by one: what the load command and the administration share."""

import json
from typing import Any

from django.utils.translation import gettext as _

from apps.budget import services
from apps.budget.models import Counting, RuleLevel
from apps.budget.models.base import OPEN_END
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError


class ClockRows:
    """code, name_zh, name_mvf, from_act, to_act, days, due_by, counting, level, basis_zh, basis_mvf, active, verified, source."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def put(self, row: dict[str, str]) -> str:
        """Make or change one statutory term. Raises RowError."""
        level = row.get("level", "")
        values: dict[str, Any] = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "from_act": row["from_act"],
            "to_act": row["to_act"],
            "days": _whole(row["days"]) if row["days"] or not row.get("due_by") else None,
            "due_by": row.get("due_by", ""),
            "counting": row.get("counting") or Counting.NATURAL,
            "level": _whole(level) if level else None,
            "basis_zh_hans": row["basis_zh"],
            "basis_mvf": row.get("basis_mvf") or None,
            "is_active": row.get("active", "1") == "1",
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        return services.put_clock(self.actor, row["code"], values)


class RuleRows:
    """code, region_code, level, message_zh, message_mvf, basis_zh, basis_mvf, parameters, valid_from, valid_to, verified, source."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def put(self, row: dict[str, str]) -> str:
        """Make or change the rule of one check. Raises RowError or RuleViolation."""
        region = None
        if row.get("region_code"):
            region = Region.objects.filter(code=row["region_code"]).first()
            if region is None:
                raise RowError(_("There is no region %(code)s.") % {"code": row["region_code"]})
        level = row.get("level") or RuleLevel.OWN
        if level not in RuleLevel.values:
            raise RowError(_("%(text)s is not a weight of a check.") % {"text": level})
        values: dict[str, Any] = {
            "level": level,
            "message_zh_hans": row.get("message_zh", ""),
            "message_mvf": row.get("message_mvf") or None,
            "basis_zh_hans": row.get("basis_zh", ""),
            "basis_mvf": row.get("basis_mvf") or None,
            "parameters": _parameters(row.get("parameters", "")),
            "valid_to": _whole(row.get("valid_to") or str(OPEN_END)),
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        key = {"code": row["code"], "region": region, "valid_from": _whole(row.get("valid_from") or "2000")}
        return services.put_rule(self.actor, key, values)


def _parameters(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise RowError(_('%(text)s are no parameters; write them like {"tolerance": 1}.') % {"text": text}) from error
    if not isinstance(found, dict):
        raise RowError(_('%(text)s are no parameters; write them like {"tolerance": 1}.') % {"text": text})
    return found


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise RowError(_("%(text)s is not a whole number.") % {"text": text})
    return int(text)
