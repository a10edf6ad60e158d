"""The score of a project's year, and what it means for the next one."""

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.workdays import add_working_days
from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.performance import policies
from apps.performance.models import (
    Evaluation,
    EvaluationKind,
    EvaluationState,
    Grade,
    ProjectYear,
    ResultUse,
    Scheme,
    SpotCheck,
    SpotState,
    Suggestion,
    UseState,
    YearState,
)
from apps.performance.selectors.people import unit_people
from apps.performance.selectors.schemes import scheme_of
from apps.performance.services.values import lock_year
from apps.performance.transitions import USE, YEAR
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

# Whose score stands where several have evaluated.
RANK = (EvaluationKind.FINANCE, EvaluationKind.DEPARTMENT, EvaluationKind.SELF)


def settle_score(of: ProjectYear) -> None:
    """Make the year's score that of the highest approved evaluation, and suggest what follows; a part of what changes it."""
    ProjectYear.objects.select_for_update(of=("self",), no_key=True).get(pk=of.pk)
    rows = Evaluation.objects.filter(of=of, state=EvaluationState.APPROVED)
    by_kind = {row.kind: row for row in rows}
    counts = next((by_kind[kind] for kind in RANK if kind in by_kind), None)
    if counts is None or counts.score is None:
        return
    own = by_kind.get(EvaluationKind.SELF)
    of.self_score = own.computed if own is not None else None
    of.score, of.grade = counts.score, counts.grade  # as it was frozen: a scheme that is changed later moves no grade
    of.save(update_fields=["self_score", "score", "grade"])
    _suggest(of, counts.score)


def suggested(scheme: Scheme, grade: str) -> tuple[Suggestion, int]:
    """What the scheme suggests after a grade, and by how many per cent."""
    percent = {Grade.FAIR: scheme.fair_cut, Grade.POOR: scheme.poor_cut}.get(Grade(grade), 0)
    if percent <= 0:
        return Suggestion.KEEP, 0
    return (Suggestion.CUT, percent) if percent < 100 else (Suggestion.CANCEL, 100)


def _suggest(of: ProjectYear, score: Decimal) -> None:
    """The use of the result as the scheme suggests it; what was decided stays."""
    scheme = scheme_of(of.region, of.year_id)
    computed, percent = suggested(scheme, of.grade)
    values = {"score": score, "grade": of.grade, "base": of.budget if of.budget > 0 else _planned(of)}
    values |= {"computed": computed, "computed_percent": percent, "decision": computed, "percent": percent}
    use = ResultUse.objects.filter(of=of).first()
    if use is None:
        due = add_working_days(timezone.localdate(), scheme.feedback_days, of.region)
        ResultUse.objects.create(of=of, due=due, **values)
    elif use.state == UseState.SUGGESTED:
        ResultUse.objects.filter(pk=use.pk).update(**values)


def _planned(of: ProjectYear) -> Decimal:
    """What the application planned for the year: it counts where the ledger knows no budget of the project."""
    rows = of.project.funding.filter(year=of.year_id)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


@act
def decide_use(actor: Actor, use: ResultUse, decision: str, percent: int, reason: str) -> None:
    """Keep, cut by per cent or cancel, with the reason; the year is settled by it. Refused while its score may still change."""
    lock_year(use.of_id)  # before the use, as scores are settled
    _lock(use)
    require(policies.may_decide(actor, use))
    if not reason:
        raise RuleViolation(_("Say why it is decided so."))
    _refuse_unfinished(use)
    percent = {Suggestion.KEEP: 0, Suggestion.CANCEL: 100}.get(Suggestion(decision), percent)
    if decision == Suggestion.CUT and not 0 < percent < 100:
        raise RuleViolation(_("A cut is between 1 and 99 per cent."))
    values = {"decision": decision, "percent": percent, "reason": reason[:1000]}
    advance(USE, use, "decide", decided_by_id=actor.user_id, decided_at=timezone.now(), **values)
    if is_open(YEAR, use.of, "settle"):
        advance(YEAR, use.of, "settle")
    evidence.append("performance.use_decided", use, actor, score=use.score, **values)


def _refuse_unfinished(use: ResultUse) -> None:
    """What may still change the score comes first: an evaluation on its way, the unit's own one, a spot check."""
    if Evaluation.objects.filter(of=use.of_id, state=EvaluationState.SUBMITTED).exists():
        raise RuleViolation(_("An evaluation of this project's year is under approval: let it be decided first."))
    if use.of.state in {YearState.RUNNING, YearState.EVALUATING}:
        raise RuleViolation(_("The unit has not handed in its self-evaluation of this year yet."))
    if SpotCheck.objects.filter(evaluation__of=use.of_id, state=SpotState.OPEN).exists():
        raise RuleViolation(_("A spot check of this result is under way: close it first."))


@act
def tell_unit(actor: Actor, use: ResultUse, feedback: str) -> None:
    """反馈: tell the unit its result, what follows from it and what is to be mended."""
    _lock(use)
    require(policies.may_tell(actor, use))
    if not feedback:
        raise RuleViolation(_("Write what the unit is told."))
    advance(USE, use, "tell", feedback=feedback[:2000], told_at=timezone.now())
    evidence.append("performance.use_told", use, actor, decision=use.decision, percent=use.percent)
    words = {"project": str(use.of), "score": str(use.score)}
    notify(unit_people([use.unit_id]), "performance.result_told", use.get_absolute_url(), **words)


def _lock(use: ResultUse) -> None:
    ResultUse.objects.select_for_update(of=("self",), no_key=True).get(pk=use.pk)
    use.refresh_from_db()
