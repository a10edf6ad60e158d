"""What the papers of performance are made of, read already: whoever lays a thousand out asks the database a few times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.performance.models import ActualValue, ProjectYear, Target

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
    """One indicator: its target, what was reached, its points and score; `score` is None where nothing was scored."""

    target: Target
    reached: ActualValue | None = None
    score: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A project's year as its goal table states it. `sources` stand there only where they come to the whole."""

    of: ProjectYear
    lines: Sequence[Line]
    goal: str = ""
    sources: Sources | None = None

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.of.initial, self.of.budget, self.of.executed)


@dataclass(frozen=True, slots=True)
class Item:
    """A head of the framework (决策, 过程 …) with its points in an evaluation; `group` and `content` are said as they are."""

    group: str
    content: str
    points: Decimal
    score: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation says about a year: the unit's own or that of department or finance office.

    `execution` is the score of the budget's execution out of `execution_points`. `filed_by` is who filled the form in.
    """

    year: YearFacts
    execution_points: Decimal = Decimal(10)
    execution: Decimal | None = None
    total: Decimal | None = None
    grade: str = ""
    goal_reached: str = ""
    analysis: str = ""
    filed_by: str = ""
    phone: str = ""
    filed_on: str = ""
    is_draft: bool = True
    kind: str = "self"
    items: Sequence[Item] = field(default_factory=tuple)
    findings: Sequence[str] = field(default_factory=tuple)
