"""Evaluations with their lines: computed anew while they are filled in, as they were frozen afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.performance.models import Evaluation, EvaluationLine
from apps.performance.models.framework import Formula
from apps.performance.scoring import (
    Gap,
    Judged,
    Total,
    add_up,
    execution_rate,
    execution_score,
    judge_indicator,
    ticked,
)
from apps.performance.selectors.watching import measured_of, wanted_of

RELATED = ("target__latest", "value", "item")


@dataclass(frozen=True, slots=True)
class Result:
    """An evaluation with its lines and what they come to."""

    evaluation: Evaluation
    lines: list[EvaluationLine]
    total: Total

    @property
    def rate(self) -> Decimal | None:
        """Executed of the year's budget, in per cent."""
        return execution_rate(self.evaluation.budget, self.evaluation.executed)

    @property
    def own_money(self) -> Decimal:
        """本年财政拨款: the year's budget without what was carried over."""
        return self.evaluation.budget - self.evaluation.carried_over


def result_of(evaluation: Evaluation) -> Result:
    """The evaluation with its lines; while it is filled in, money, values and points are those of now. Two queries."""
    rows = evaluation.lines.select_related(*RELATED).prefetch_related("item__ticks").order_by("number")
    lines = list(rows)
    if evaluation.is_fillable:
        compute(evaluation, lines)
    return Result(evaluation, lines, total_of(evaluation, lines))


def total_of(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> Total:
    """The points of the lines and of execution."""
    rows = [(line.weight, line.score) for line in lines]
    if evaluation.execution_weight:
        rows.append((evaluation.execution_weight, evaluation.execution_score))
    return add_up(rows)


def compute(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> None:
    """Put money, values and computed points of now into the evaluation and its lines, without storing them."""
    of = evaluation.of
    for name in ("initial", "budget", "executed", "carried_over"):
        setattr(evaluation, name, getattr(of, name))
    weight = evaluation.execution_weight
    evaluation.execution_score = execution_score(weight, of.budget, of.executed) if weight else None
    for line in lines:
        judged = _judged(evaluation, line)
        line.computed, line.gap = judged.score, judged.gap or ""
        line.is_over, line.is_off = judged.is_over, judged.is_off


def _judged(evaluation: Evaluation, line: EvaluationLine) -> Judged:
    if line.target is not None:
        line.value = line.target.latest
        scheme = evaluation.scheme
        limits = {"over": scheme.over_achieved, "off": scheme.off_target}
        return judge_indicator(wanted_of(line.target, line.weight), measured_of(line.value), **limits)
    if line.item is not None and line.item.formula == Formula.EXECUTION:
        score = execution_score(line.weight, evaluation.of.budget, evaluation.of.executed)
        return Judged(score, Gap.NO_BUDGET if score is None else None)
    return _ticked(line)


def _ticked(line: EvaluationLine) -> Judged:
    """Points by what was found in order; nothing while nobody has looked."""
    if line.item is None or line.ticks is None:
        return Judged(None, Gap.NO_VALUE)
    numbers = {point.number for point in line.item.ticks.all()}
    return Judged(ticked(line.weight, len(numbers & set(line.ticks)), len(numbers)))
