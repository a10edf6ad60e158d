"""Acts on single households of the register."""

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.subsidy import policies
from apps.subsidy.models import Household
from apps.subsidy.transitions import HOUSEHOLD
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open


@act
def set_household_state(actor: Actor, household: Household, state: str, reason: str) -> None:
    """Stop a household, make it void or normal again; rosters made from now on follow."""
    require(policies.may_change_household(actor, household))
    if state not in HOUSEHOLD:
        raise RuleViolation(_("There is no such state."))
    if not is_open(HOUSEHOLD, household, state):
        raise RuleViolation(_("Nothing has been changed."))
    if not reason.strip():
        raise RuleViolation(_("Say why it is changed."))
    before = household.state
    advance(HOUSEHOLD, household, state)
    evidence.append(
        "subsidy.household_saved",
        household,
        actor,
        code=household.code,
        before=before,
        after=state,
        reason=reason.strip()[:360],
    )
