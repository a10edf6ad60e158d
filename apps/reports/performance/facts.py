"""What the papers of performance are made of, read already: whoever lays a thousand out asks the database a few times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.performance.models import ActualValue, Evaluation, EvaluationLine, ProjectYear, ResultUse, Target

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """年初预算数, 全年预算数 (A), 全年执行数 (B), in yuan."""

    initial: Decimal = ZERO
    budget: Decimal = ZERO
    executed: Decimal = ZERO

    @property
    def rate(self) -> Decimal | None:
        """Executed of the budget in per cent; nothing where there was no budget."""
        return self.executed * 100 / self.budget if self.budget > 0 else None


@dataclass(frozen=True, slots=True)
class Sources:
    """The money by where it came from: 本年财政拨款, 上年结转, 其他资金."""

    granted: Amounts
    carried: Amounts
    other: Amounts

    def adds_up_to(self, all_of_it: Amounts) -> bool:
        parts = (self.granted, self.carried, self.other)
        return all(
            sum((getattr(part, name) for part in parts), ZERO) == getattr(all_of_it, name)
            for name in ("initial", "budget", "executed")
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its target, what was reached, its points and score; `score` is None where nothing was scored.

    `before` is the score that a spot check lowered.
    """

    target: Target
    reached: ActualValue | None = None
    score: Decimal | None = None
    reason: str = ""
    points: Decimal | None = None
    before: Decimal | None = None

    @property
    def weight(self) -> Decimal:
        """The points it may get: as the evaluation has them, else as the goals have them."""
        return self.target.weight if self.points is None else self.points


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A project's year as its goal table states it. `sources` stand there only where they come to the whole.

    `amounts` are the project's own, or those that an evaluation froze.
    """

    of: ProjectYear
    lines: Sequence[Line]
    amounts: Amounts
    goal: str = ""
    sources: Sources | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation says about a year: the unit's own or that of department or finance office.

    `execution` is the score of the budget's execution out of `execution_points`. `rows` are the lines of an evaluation that
    has items of the framework. `use` is what was made of the result.
    """

    year: YearFacts
    execution_points: Decimal = Decimal(10)
    execution: Decimal | None = None
    execution_reason: str = ""
    total: Decimal | None = None
    grade: str = ""
    goal_reached: str = ""
    analysis: str = ""
    filed_by: str = ""
    phone: str = ""
    filed_on: date | None = None
    is_draft: bool = True
    evaluation: Evaluation | None = None
    rows: Sequence[EvaluationLine] = field(default_factory=tuple)
    use: ResultUse | None = None
