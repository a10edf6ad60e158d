"""What comes out of a review: from the sheets of a panel to scores, places, verdicts and recommended amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from apps.review.scoring.means import trimmed_mean
from apps.review.scoring.ranking import ranking
from apps.review.scoring.sharing import Need, share_out
from apps.review.scoring.verdicts import REJECT, SUPPORT, panel_verdict, verdict_of_amount

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a review computes: its kind, and the numbers as they stood at its beginning."""

    kind: str
    trim_from: int
    pass_mark: Decimal
    funds: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """One sheet: the score, the opinion, and the amount that the expert would leave (None: none was named)."""

    score: Decimal | None
    opinion: str = ""
    amount: Decimal | None = None

    def leaves(self, submitted: Decimal) -> Decimal:
        """The amount, or what the opinion stands for."""
        if self.amount is not None:
            return min(self.amount, submitted)
        return NOTHING if self.opinion == REJECT else submitted


@dataclass(frozen=True, slots=True)
class Judged:
    """One project with the sheets on it; `lines` are the cost lines of a review of the budget.

    Each line stands under its number as (amount submitted, what each sheet leaves of it).
    """

    submitted: Decimal
    opinions: Sequence[Opinion]
    lines: Mapping[int, tuple[Decimal, Sequence[Decimal]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The computed result of one project."""

    score: Decimal | None
    verdict: str
    recommended: Decimal
    lines: Mapping[int, Decimal] = field(default_factory=dict)
    rank: int | None = None
    is_tied: bool = False


def conclude(rules: Rules, judged: Mapping[int, Judged]) -> dict[int, Outcome]:
    """The result of every project of a review.

    An evaluation asks whether (majority and pass mark), a review of the budget how much (line by line), a competition
    which of many (by rank, as far as the funds reach).
    """
    if rules.kind == "budget":
        return {key: _budget(rules, project) for key, project in judged.items()}
    found = {key: _evaluation(rules, project) for key, project in judged.items()}
    return _competition(rules, judged, found) if rules.kind == "competition" else found


def score_of(rules: Rules, project: Judged) -> Decimal | None:
    """The mean of the scores after the rule of trimming; None where no sheet has one."""
    scores = [sheet.score for sheet in project.opinions if sheet.score is not None]
    return trimmed_mean(scores, rules.trim_from) if scores else None


def _left_by_panel(rules: Rules, project: Judged) -> Decimal:
    return trimmed_mean([sheet.leaves(project.submitted) for sheet in project.opinions], rules.trim_from)


def _evaluation(rules: Rules, project: Judged) -> Outcome:
    score = score_of(rules, project)
    verdict = panel_verdict([sheet.opinion for sheet in project.opinions], score, rules.pass_mark)
    if verdict == SUPPORT:
        return Outcome(score, verdict, project.submitted)
    amount = NOTHING if verdict == REJECT else _left_by_panel(rules, project)
    return Outcome(score, verdict if amount else REJECT, amount)


def _budget(rules: Rules, project: Judged) -> Outcome:
    """What is cut from the lines is cut from the whole; a project without lines is judged as a whole."""
    score = score_of(rules, project)
    if not project.lines:
        amount = _left_by_panel(rules, project)
        return Outcome(score, verdict_of_amount(project.submitted, amount), amount)
    lines = {
        number: min(trimmed_mean(amounts, rules.trim_from), submitted)
        for number, (submitted, amounts) in project.lines.items()
    }
    amount = after_cuts(
        project.submitted, [(submitted, lines[number]) for number, (submitted, _) in project.lines.items()]
    )
    return Outcome(score, verdict_of_amount(project.submitted, amount), amount, lines)


def after_cuts(submitted: Decimal, lines: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """What is left of the whole when these lines are cut, given as (submitted, left)."""
    return max(NOTHING, submitted - sum((before - after for before, after in lines), NOTHING))


def _competition(rules: Rules, judged: Mapping[int, Judged], found: Mapping[int, Outcome]) -> dict[int, Outcome]:
    places = ranking({key: outcome.score or NOTHING for key, outcome in found.items()})
    needs = {
        key: _left_by_panel(rules, judged[key]) if outcome.verdict != REJECT else NOTHING
        for key, outcome in found.items()
    }
    if rules.funds is not None:
        needs = share_out([Need(key, places[key].rank, need) for key, need in needs.items()], rules.funds)
    return {
        key: replace(
            outcome,
            verdict=verdict_of_amount(judged[key].submitted, needs[key]),
            recommended=needs[key],
            rank=places[key].rank,
            is_tied=places[key].is_tied,
        )
        for key, outcome in found.items()
    }
