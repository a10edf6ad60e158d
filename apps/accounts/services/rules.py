"""The security administrator's rules: before which signatures people prove again who they are, and what roles are cleared for."""

from collections.abc import Collection, Mapping

from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts import policies
from apps.accounts.models import Clearance, SignatureRule
from apps.accounts.selectors.rules import clearances, rules_of_signatures, signatures
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.classification import Level
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.signatures import Asks

LOCK = "SELECT pg_advisory_xact_lock(7043)"  # two administrators who save at one moment save one after the other


@act
def set_signatures(actor: Actor, *, asked: Collection[str]) -> list[str]:
    """Let these signatures ask again and the others not; returns the keys of those that changed.

    What always asks is not touched. Raises RuleViolation for an act that nobody knows.
    """
    require(policies.may_set_rules(actor))
    if set(asked) - signatures().keys():
        raise RuleViolation(_("There is no such signature."))
    _lock()
    now = rules_of_signatures()
    free = [key for key, one in signatures().items() if one.asks != Asks.ALWAYS]
    changed = [key for key in free if now[key] != (key in asked)]
    for key in changed:
        rule = SignatureRule.objects.filter(act=key).first()
        if rule is not None and not rule.is_genuine:
            rule.delete()  # written past the product: it has counted for nothing, and must not be stamped
            rule = None
        rule = rule or SignatureRule(act=key)
        rule.asks_again = key in asked
        rule.save()
    if changed:
        after = {key: key in asked for key in changed}
        evidence.append("accounts.signatures_set", None, actor, before={key: now[key] for key in changed}, after=after)
    return changed


@act
def set_clearances(actor: Actor, *, levels: Mapping[str, str]) -> list[str]:
    """Give roles their labels; returns the roles that changed. Nobody changes the label of the own role."""
    require(policies.may_set_rules(actor))
    _lock()
    now = clearances()
    changed = [role for role, level in levels.items() if role in now and now[role] != Level(level)]
    if actor.role in changed:
        raise RuleViolation(_("Nobody changes the label of their own role."))
    for role in changed:
        row = Clearance.objects.filter(role=role).first()
        if row is not None and not row.is_genuine:
            row.delete()
            row = None
        row = row or Clearance(role=role)
        row.level = Level(levels[role])
        row.save()
    if changed:
        before = {role: str(now[role]) for role in changed}
        evidence.append(
            "accounts.clearances_set", None, actor, before=before, after={role: levels[role] for role in changed}
        )
    return changed


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
