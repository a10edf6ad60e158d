"""Who may design a form, and who may fill one in; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.lowcode.models import Answer, FormDefinition
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused

NEEDS_DESIGN = "lowcode.design"


def may_design_in(actor: Actor, region: Region, unit: Unit | None) -> Verdict:
    """Make forms of a place: an office those of its own region, a unit its own."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can(NEEDS_DESIGN):
        return refused(_("Your post does not include the design of forms."))
    if unit is not None:
        own = actor.holds_unit(unit.pk) and unit.region_id == region.pk
        return ALLOWED if own else refused(_("Only the unit itself makes its forms."))
    if actor.reach == Reach.UNITS or not actor.is_home(region.pk):
        return refused(_("Only the budget officer of a region makes its forms."))
    return ALLOWED


def may_design(actor: Actor, definition: FormDefinition) -> Verdict:
    """Change, publish or retire a form: the place it belongs to."""
    return may_design_in(actor, definition.region, definition.unit)


def may_answer(actor: Actor, region: Region, unit: Unit | None) -> Verdict:
    """Fill a form in for a place: the unit itself, or the office of the region for the region as a whole."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can("lowcode.act"):
        return refused(_("Your post does not include filling in forms."))
    if unit is not None:
        own = actor.holds_unit(unit.pk) and unit.region_id == region.pk
        return ALLOWED if own else refused(_("Only the unit itself fills in its forms."))
    if actor.reach == Reach.UNITS or not actor.is_home(region.pk):
        return refused(_("Only an officer of the region fills in forms for it."))
    return ALLOWED


def may_change_answer(actor: Actor, answer: Answer) -> Verdict:
    """Change what was filled in: the place that did it."""
    return may_answer(actor, answer.region, answer.unit)


def may_see_sensitive(actor: Actor, answer: Answer) -> Verdict:
    """Read sensitive answers in full: the unit that gave them, and the office of its own region; levels above do not."""
    if actor.role == "system" or actor.holds_unit(answer.unit_id):
        return ALLOWED
    if actor.reach != Reach.UNITS and actor.is_home(answer.region_id):
        return ALLOWED
    return refused(_("Sensitive answers are shown in full only in the unit and its own finance office."))
