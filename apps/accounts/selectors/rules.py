"""What holds now of the security administrator's rules."""

from collections.abc import Iterable

from apps.accounts.models import Clearance, SignatureRule
from apps.accounts.roles import ROLES
from imbudget.kit import registry
from imbudget.kit.classification import Level
from imbudget.kit.signatures import Asks, Signature

IN_CLEAR = frozenset({"persons.unmask", "persons.export", "persons.inspect"})  # who may see protected values at all
ORDER = tuple(Level)  # from ordinary to sensitive


def signatures() -> dict[str, Signature]:
    """Every act that is a signature."""
    return {key: one for _app, named in registry.signatures.items() for key, one in named().items()}


def rules_of_signatures() -> dict[str, bool]:
    """Every signature → whether it asks again now. A rule that was written past the product lets it ask."""
    rules = {rule.act: rule.asks_again or not rule.is_genuine for rule in SignatureRule.objects.all()}
    return {
        key: one.asks == Asks.ALWAYS or rules.get(key, one.asks == Asks.AT_FIRST) for key, one in signatures().items()
    }


def is_asked_before(acts: Iterable[str]) -> bool:
    """Whether one of these acts asks again who is about to do it; one that nobody has named does."""
    known, acts = signatures(), list(acts)
    if any(act not in known or known[act].asks == Asks.ALWAYS for act in acts):
        return True
    rules = rules_of_signatures()
    return any(rules[act] for act in acts)


def clearances() -> dict[str, Level]:
    """Role → its label: for those whose grants let them see protected values. A forged row clears for nothing."""
    found = {code: Level.SENSITIVE for code, role in ROLES.items() if role.grants & IN_CLEAR}
    for row in Clearance.objects.filter(role__in=found):
        found[row.role] = Level(row.level) if row.is_genuine else Level.ORDINARY
    return found


def is_cleared(role: str, levels: Iterable[Level]) -> bool:
    """Whether the label of the role is as high as all of these."""
    wanted = max(map(ORDER.index, levels), default=0)
    return ORDER.index(clearances().get(role, Level.IMPORTANT)) >= wanted
