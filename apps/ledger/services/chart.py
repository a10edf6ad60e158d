"""The chart of accounts and the posting rules, put in place by a file or the administration."""

from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.ledger import policies
from apps.ledger.models import Account, PostingRule
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import RuleViolation, require


@act
def put_account(actor: Actor, role: str, values: dict[str, Any]) -> str:
    """Make or change the account of a role; returns created, changed or same. Its postings stay with it."""
    require(policies.may_keep_chart(actor))
    return put(Account.objects.filter(role=role).first() or Account(role=role), values)


@act
def put_rule(actor: Actor, event: str, debit: str, credit: str, values: dict[str, Any]) -> str:
    """Make or change the rule of an event; `debit` and `credit` are codes of accounts."""
    require(policies.may_keep_chart(actor))
    accounts = {account.code: account for account in Account.objects.filter(code__in=[debit, credit])}
    for code in (debit, credit):
        if code not in accounts:
            raise RuleViolation(_("There is no account %(code)s.") % {"code": code})
    rule = PostingRule.objects.filter(event=event).first() or PostingRule(event=event)
    return put(rule, values | {"debit_id": accounts[debit].pk, "credit_id": accounts[credit].pk})


@act
def save_row(actor: Actor, row: Account | PostingRule) -> None:
    """Keep what the administration's form has filled."""
    require(policies.may_keep_chart(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("ledger.chart_saved", row, actor, changes=changes)


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file."""
    evidence.append("ledger.chart_loaded", None, actor, what=what, file=file, **counts)
