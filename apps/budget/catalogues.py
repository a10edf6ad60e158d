"""Rows of the budget's table files put in place one by one: what the load command and the administration share."""

from typing import Any

from django.utils.translation import gettext as _

from apps.budget import services
from apps.budget.models import Counting
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError


class ClockRows:
    """code, name_zh, name_mvf, from_act, to_act, days, counting, level, basis_zh, basis_mvf, active, verified, source."""

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
            "days": _whole(row["days"]),
            "counting": row.get("counting") or Counting.NATURAL,
            "level": _whole(level) if level else None,
            "basis_zh_hans": row["basis_zh"],
            "basis_mvf": row.get("basis_mvf") or None,
            "is_active": row.get("active", "1") == "1",
            "is_verified": row.get("verified") == "1",
            "source": row.get("source", ""),
        }
        return services.put_clock(self.actor, row["code"], values)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise RowError(_("%(text)s is not a whole number.") % {"text": text})
    return int(text)
