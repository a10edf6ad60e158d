"""Acts on the rules of checks of target tables."""

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import goalpolicies as policies
from apps.performance.goalchecklist import ITEMS, WORDS
from apps.performance.models import GoalRule
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put, would_change
from imbudget.kit.errors import RuleViolation, require

MOST = 1_000  # of a number: per cents, points and counts
MOST_WORDS = 2_000  # characters of a list


@act
def save_goal_rule(actor: Actor, rule: GoalRule) -> None:
    """Keep a rule that a form has filled. Raises RuleViolation for a check that is none and parameters that do not fit."""
    require(policies.may_load(actor))
    changes = differences(rule)
    _write(rule)
    evidence.append("performance.goal_rule_saved", rule, actor, changes=changes)


@act
def put_goal_rule(
    actor: Actor, key: Mapping[str, Any], values: Mapping[str, Any], kept: Collection[int] = frozenset()
) -> str:
    """Make or change the rule of a check, region and first year; returns created, changed or same.

    Rules in `kept` are left as they are: kept, where these values are others.
    """
    require(policies.may_load(actor))
    row = GoalRule.objects.filter(**key).first() or GoalRule(**key)
    if row.pk in kept:
        return "kept" if would_change(row, values) else "same"
    return put(row, values, _write)


def _write(rule: GoalRule) -> None:
    item = ITEMS.get(rule.code)
    if item is None:
        raise RuleViolation(_("There is no check %(code)s.") % {"code": rule.code})
    if not isinstance(rule.parameters, dict) or set(rule.parameters) - set(item.parameters):
        names = ", ".join(item.parameters) or "—"
        raise RuleViolation(_("The parameters of this check are: %(names)s.") % {"names": names})
    for name, value in rule.parameters.items():
        if not (_are_words(value) if name in WORDS else _is_number(value)):
            raise RuleViolation(_("%(name)s cannot be %(value)s.") % {"name": name, "value": value})
    rule.full_clean()
    rule.save()


def _are_words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_WORDS


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return False
    return found.is_finite() and 0 <= found < MOST
