"""Which home a post has, and the cards that apps lend to it."""

from imbudget.kit import registry
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.registry import HomeCard

CLERK, OFFICE, LEADER, AUDITOR, NONE = "clerk", "office", "leader", "auditor", ""
OF_ROLES = {"finance_leader": LEADER, "auditor": AUDITOR}
WITHOUT_FIGURES = {"audit_admin": AUDITOR}


def home_of(actor: Actor) -> str:
    """By what the post reaches, and for some roles by the role; empty for other posts that see no figures."""
    if actor.reach == Reach.NOTHING or not actor.can("budget.see"):
        return WITHOUT_FIGURES.get(actor.role, NONE)
    return CLERK if actor.reach == Reach.UNITS else OF_ROLES.get(actor.role, OFFICE)


def cards_of(actor: Actor, home: str) -> list[HomeCard]:
    """The cards that have anything to say."""
    found = []
    for _name, source in registry.home_cards.items():
        if home in source.homes and may(actor, source.grant, source.module):
            card = source.read(actor)
            if card is not None and card.lines:
                found.append(card)
    return found


def may(actor: Actor, grant: str, module: str = "") -> bool:
    """Whether the post sees it and its region has it: the module of the grant, unless another one is named."""
    return actor.can(grant) and actor.has_module(module or grant.partition(".")[0])
