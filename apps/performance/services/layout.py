"""What lines an evaluation has: the targets, and for department and finance the framework's items before them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.performance.models import (
    Evaluation,
    EvaluationKind,
    EvaluationLine,
    FrameworkItem,
    FrameworkPart,
    Scheme,
    Target,
)
from apps.performance.scoring import spread
from apps.performance.selectors.framework import items_of
from apps.projects.models.goals import GoalGroup
from imbudget.kit.errors import RuleViolation


def lay_out(evaluation: Evaluation) -> list[EvaluationLine]:
    """The lines of a new evaluation, not stored: at their own points for a unit, brought to the scheme's for others."""
    targets = list(evaluation.of.targets.order_by("number"))
    if not targets:
        raise RuleViolation(
            _("This project has stated no goals for the year. Its unit states them by a request for change.")
        )
    if evaluation.kind == EvaluationKind.SELF:
        pairs: list[tuple[Target | FrameworkItem, Decimal]] = [(target, target.weight) for target in targets]
    else:
        pairs = [*_items(evaluation), *_targets(evaluation.scheme, targets)]
    return [_line(evaluation, number, what, weight) for number, (what, weight) in enumerate(pairs, 1)]


def _line(evaluation: Evaluation, number: int, what: Target | FrameworkItem, weight: Decimal) -> EvaluationLine:
    of = {"target": what} if isinstance(what, Target) else {"item": what}
    return EvaluationLine(evaluation=evaluation, number=number, weight=weight, **of)


def _items(evaluation: Evaluation) -> Iterable[tuple[FrameworkItem, Decimal]]:
    """The items of decision and process that count in the region and the year, at the scheme's points."""
    scheme, items = evaluation.scheme, items_of(evaluation.of.region, evaluation.of.year_id)
    for part, points in ((FrameworkPart.DECISION, scheme.decision), (FrameworkPart.PROCESS, scheme.process)):
        of_part = [item for item in items if item.part == part]
        if points:
            yield from zip(of_part, spread([item.points for item in of_part], points), strict=True)


def _targets(scheme: Scheme, targets: Sequence[Target]) -> Iterable[tuple[Target, Decimal]]:
    """The targets at the scheme's points for their group; a group without points of its own counts with another.

    Cost goes to output, satisfaction to benefit, as the regulation's table of four groups has it. Points for satisfaction go
    where the scheme says, where nobody is served.
    """
    cost = GoalGroup.COST if scheme.cost else GoalGroup.OUTPUT
    satisfaction = GoalGroup.SATISFACTION if scheme.satisfaction else GoalGroup.BENEFIT
    heirs = {GoalGroup.COST: cost, GoalGroup.SATISFACTION: satisfaction}
    due = {group: Decimal(getattr(scheme, group)) for group in GoalGroup}
    if all(target.group != GoalGroup.SATISFACTION for target in targets):
        due[GoalGroup(scheme.without_satisfaction)] += due.pop(GoalGroup.SATISFACTION)
    for group, points in due.items():
        held = [target for target in targets if heirs.get(target.group, target.group) == group]
        yield from zip(held, spread([target.weight for target in held], points), strict=True)
