"""Acts on the rules of checks."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.checklist import ITEMS
from apps.budget.models import CheckRule, RuleLevel
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require

CODES = {"function", "fund"}  # parameters that are beginnings of codes; the others are numbers
FLAGS = {"cost", "output", "benefit", "satisfaction"}  # … of which these say whether something is asked for
CODE = re.compile(r"[0-9A-Z]{1,21}")
MOST = Decimal(10) ** 12


@act
def save_rule(actor: Actor, rule: CheckRule) -> None:
    """Keep a rule that a form has filled."""
    require(policies.may_keep_settings(actor))
    changes = differences(rule)
    _write(rule)
    evidence.append("budget.rule_saved", rule, actor, changes=changes)


@act
def put_rule(actor: Actor, key: dict[str, Any], values: dict[str, Any]) -> str:
    """Make or change the rule of a check, region and first year; returns created, changed or same."""
    require(policies.may_keep_settings(actor))
    rule = CheckRule.objects.filter(**key).first() or CheckRule(**key)
    changed = {name for name, value in values.items() if getattr(rule, name) != value}
    if rule.pk and not changed:
        return "same"
    outcome = "changed" if rule.pk else "created"
    for name in changed:
        setattr(rule, name, values[name])
    _write(rule)
    return outcome


@act
def record_rule_import(actor: Actor, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of rules."""
    evidence.append("budget.rules_imported", None, actor, file=file, **counts)


def _write(rule: CheckRule) -> None:
    item = ITEMS.get(rule.code)
    if item is None:
        raise RuleViolation(_("There is no check %(code)s.") % {"code": rule.code})
    if item.locked and rule.level in {RuleLevel.WARNING, RuleLevel.OFF}:
        raise RuleViolation(_("This check may be made stricter but not weaker: later figures rest on it."))
    _refuse_parameters(rule)
    rule.full_clean()
    rule.save()


def _refuse_parameters(rule: CheckRule) -> None:
    known = ITEMS[rule.code].parameters
    if not isinstance(rule.parameters, dict) or set(rule.parameters) - set(known):
        names = ", ".join(known) or "—"
        raise RuleViolation(_("The parameters of this check are: %(names)s.") % {"names": names})
    for name, value in rule.parameters.items():
        if not _fits(name, value):
            raise RuleViolation(_("%(name)s cannot be %(value)s.") % {"name": name, "value": value})
    if {"least", "most"} <= set(known):
        least, most = (Decimal(str(rule.parameters.get(name, known[name]))) for name in ("least", "most"))
        if least > most:
            raise RuleViolation(_("The least share lies above the most."))


def _fits(name: str, value: Any) -> bool:
    if name in CODES:
        return _is_code(value)
    return _is_number(value) and (name not in FLAGS or Decimal(str(value)) in {0, 1})


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(CODE.fullmatch(value))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return False
    return found.is_finite() and 0 <= found < MOST
