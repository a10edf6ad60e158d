"""Taking a proposal: what a cut comes to is worked out as drafts on all three levels."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.budget.models import ControlFigure, ControlState
from apps.budget.selectors.control import Key
from apps.budget.selectors.proposal import Cut, Proposed, proposal
from apps.budget.services.control import FigureInput, set_control_figures
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation


@act
def take_proposal(actor: Actor, region: Region, year: int, cut: Cut, reason: str) -> int:
    """Work out the figures that a cut proposes; gives how many have changed.

    A department gets what its units come to. A pool that stands already stays: when the proposal is above it, the
    refusal says by how much. `reason` is what units read beside a figure that was cut.
    """
    rows = proposal(region.pk, year, cut)
    if not rows:
        raise RuleViolation(_("There are no accepted budgets that a proposal could start from."))
    if not reason:
        raise RuleViolation(_("Say why, so that the units know where their figures come from."))
    return set_control_figures(actor, region, year, _figures(region, year, rows, reason))


def _figures(region: Region, year: int, rows: list[Proposed], reason: str) -> list[FigureInput]:
    held = _held(region, year)
    units: dict[Key, Decimal] = {(row.department_id, row.unit_id, row.fund_id, row.kind): row.amount for row in rows}
    departments: dict[Key, Decimal] = defaultdict(Decimal)
    pools: dict[Key, Decimal] = defaultdict(Decimal)
    # Units that have asked for nothing keep what they have, and their department has to hold it too.
    for (department, unit, fund, kind), amount in (held | units).items():
        if unit is not None and department is not None:
            departments[department, None, fund, kind] += amount
    for (department, unit, fund, kind), amount in (held | departments).items():
        if department is not None and unit is None:
            pools[None, None, fund, kind] += amount
    new_pools = {key: amount for key, amount in pools.items() if key not in held}
    wanted: dict[Key, Decimal] = {**units, **departments, **new_pools}
    return [
        FigureInput(fund, kind, amount, department, unit, reason=reason)
        for (department, unit, fund, kind), amount in wanted.items()
    ]


def _held(region: Region, year: int) -> dict[Key, Decimal]:
    """What is worked out or in force now; of a figure that is both, the draft."""
    rows = ControlFigure.objects.live().filter(region=region, year_id=year)
    drafts_last = sorted(rows, key=lambda row: row.state == ControlState.DRAFT)
    return {(row.department_id, row.unit_id, row.fund_id, row.kind): row.amount for row in drafts_last}
