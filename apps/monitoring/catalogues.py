"""Rows of the table files of types of violation and of curves, put in place one by one."""

from typing import Any

from django.utils.translation import gettext as _

from apps.monitoring.services import catalogue
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError

VIOLATIONS, CURVES = "violations", "curves"


def read_shares(text: str) -> list[float]:
    """Shares by month as people write them: numbers with blanks, commas or 、 between. Raises ValueError."""
    for mark in ",，、;；":
        text = text.replace(mark, " ")
    return [float(share.rstrip("%")) for share in text.split()]


class _Rows:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor


class ViolationRows(_Rows):
    """code, name_zh, name_mn, direct (1, 0), current (1, 0; 1 where it is missing), source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one type."""
        values: dict[str, Any] = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mn") or None,
            "is_direct": row.get("direct") == "1",
            "is_current": row.get("current") != "0",
            "source": row.get("source", ""),
        }
        return catalogue.put_violation(self.actor, row["code"], values)


class CurveRows(_Rows):
    """name_zh, name_mn, function (empty: all that have no other), shares (twelve numbers), basis."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one curve. Raises RowError."""
        try:
            shares = read_shares(row["shares"])
        except ValueError as error:
            raise RowError(_("A curve has twelve shares that never fall and end with 100.")) from error
        values: dict[str, Any] = {
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mn") or None,
            "shares": shares,
            "basis": row.get("basis", ""),
        }
        return catalogue.put_curve(self.actor, row.get("function", ""), values)
