"""Rows of the ledger's table files put in place one by one."""

from typing import Any

from django.utils.translation import gettext as _

from apps.ledger.models import AccountRole, Event, Side
from apps.ledger.services import chart
from imbudget.kit.actor import Actor
from imbudget.kit.tableimport import RowError

ACCOUNTS, RULES = "accounts", "rules"
SIDES = {"debit": Side.DEBIT, "credit": Side.CREDIT}


class _Rows:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor


class AccountRows(_Rows):
    """code, name_zh, name_mvf, role, side (debit, credit), standard, verified (yes, no), source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one account. Raises RowError."""
        if row["role"] not in AccountRole.values or row["side"] not in SIDES:
            raise RowError(_("“%(value)s” is not known.") % {"value": f"{row['role']} {row['side']}"})
        values: dict[str, Any] = {
            "code": row["code"],
            "name_zh_hans": row["name_zh"],
            "name_mvf": row.get("name_mvf") or None,
            "side": SIDES[row["side"]],
            "is_standard": row.get("standard") == "yes",
            "is_verified": row.get("verified") == "yes",
            "source": row.get("source", ""),
        }
        return chart.put_account(self.actor, row["role"], values)


class RuleRows(_Rows):
    """event, debit, credit (codes of accounts), verified (yes, no), source."""

    def put(self, row: dict[str, str]) -> str:
        """Make or change one posting rule. Raises RowError."""
        if row["event"] not in Event.values:
            raise RowError(_("“%(value)s” is not known.") % {"value": row["event"]})
        values = {"is_verified": row.get("verified") == "yes", "source": row.get("source", "")}
        return chart.put_rule(self.actor, row["event"], row["debit"], row["credit"], values)


ROWS: dict[str, type[AccountRows | RuleRows]] = {ACCOUNTS: AccountRows, RULES: RuleRows}
