"""How points of a scheme are shared among goals: pure arithmetic."""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from apps.performance.models import Scheme
from apps.projects.models import GROUP_OF, GoalGroup

CENT = Decimal("0.01")


def groups_of(kinds: Sequence[str], scheme: Scheme) -> list[GoalGroup]:
    """The first-level indicator of each; cost counts with the output where the scheme gives it no points."""
    groups = [GROUP_OF[kind] for kind in kinds]
    return groups if scheme.cost else [GoalGroup.OUTPUT if group == GoalGroup.COST else group for group in groups]


def shared_points(kinds: Sequence[str], scheme: Scheme) -> list[Decimal]:
    """The points of each goal: those of its group shared equally, the last of a group takes what rounding leaves.

    Without a satisfaction indicator its points go where the scheme says; groups without any leave theirs to nobody.
    """
    groups = groups_of(kinds, scheme)
    due = {group: Decimal(getattr(scheme, group)) for group in GoalGroup}
    if GoalGroup.SATISFACTION not in groups:
        due[GoalGroup(scheme.without_satisfaction)] += due[GoalGroup.SATISFACTION]
    counts, seen, found = Counter(groups), Counter[GoalGroup](), []
    for group in groups:
        seen[group] += 1
        each = (due[group] / counts[group]).quantize(CENT, ROUND_HALF_UP)
        is_last = seen[group] == counts[group]
        found.append(due[group] - (counts[group] - 1) * each if is_last else each)
    return found
