"""The score of a project's year, and what it means for the next one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

from django.db import connection
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
from apps.projects.models import FundingLine
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

# Whose score stands where several have evaluated.
RANK = (EvaluationKind.FINANCE, EvaluationKind.DEPARTMENT, EvaluationKind.SELF)
SUGGESTED = ("score", "grade", "base", "computed", "computed_percent", "decision", "percent")
SCORES = """
UPDATE performance_projectyear y SET self_score = n.own, score = n.score, grade = n.grade
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::text[]) AS n (id, own, score, grade) WHERE y.id = n.id
"""


def settle_scores(years: Sequence[ProjectYear]) -> None:
    """Make each year's score that of its highest approved evaluation, and suggest what follows; a part of what changes them.

    As many statements for a thousand as for one of a region. The rows given carry the new scores afterwards.
    """
    keys = [of.pk for of in years]
    locked = ProjectYear.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk"))
    approved: dict[int, dict[str, Evaluation]] = defaultdict(dict)
    rows = Evaluation.objects.filter(of__in=keys, state=EvaluationState.APPROVED)
    for row in rows:
        approved[row.of_id][row.kind] = row
    scored = [of for of in years if _take_score(of, approved[of.pk])]
    columns = [[getattr(of, name) for of in scored] for name in ("pk", "self_score", "score", "grade")]
    with connection.cursor() as cursor:
        cursor.execute(SCORES, columns)
    _suggest(scored)


def settle_score(of: ProjectYear) -> None:
    """The same for one."""
    settle_scores([of])


def _take_score(of: ProjectYear, by_kind: Mapping[str, Evaluation]) -> bool:
    """Whether somebody's score counts, which the row then carries."""
    counts = next((by_kind[kind] for kind in RANK if kind in by_kind), None)
    if counts is None or counts.score is None:
        return False
    own = by_kind.get(EvaluationKind.SELF)
    of.self_score = own.computed if own is not None else None
    of.score, of.grade = counts.score, counts.grade  # as it was frozen: a scheme that is changed later moves no grade
    return True


def suggested(scheme: Scheme, grade: str) -> tuple[Suggestion, int]:
    """What the scheme suggests after a grade, and by how many per cent."""
    percent = {Grade.FAIR: scheme.fair_cut, Grade.POOR: scheme.poor_cut}.get(Grade(grade), 0)
    if percent <= 0:
        return Suggestion.KEEP, 0
    return (Suggestion.CUT, percent) if percent < 100 else (Suggestion.CANCEL, 100)


def _suggest(years: Sequence[ProjectYear]) -> None:
    """The uses of the results as the scheme of each region suggests them; what was decided stays."""
    known = {use.of_id: use for use in ResultUse.objects.filter(of__in=[of.pk for of in years])}
    schemes = cache(lambda region, year: scheme_of(regions[region], year))
    last_day = cache(lambda region, days: add_working_days(timezone.localdate(), days, regions[region]))
    regions = {of.region_id: of.region for of in years}
    planned = _planned([of for of in years if of.budget <= 0])
    new, changed = [], []
    for of in years:
        use, scheme = known.get(of.pk), schemes(of.region_id, of.year_id)
        if use is None:
            use = ResultUse(of=of, due=last_day(of.region_id, scheme.feedback_days))
            new.append(use)
        elif use.state == UseState.SUGGESTED:
            changed.append(use)
        computed, percent = suggested(scheme, of.grade)
        use.score, use.grade, use.base = of.score or Decimal(0), of.grade, planned.get(of.pk, of.budget)
        use.computed = use.decision = computed
        use.computed_percent = use.percent = percent
    ResultUse.objects.bulk_create(new)
    ResultUse.objects.bulk_update(changed, SUGGESTED, batch_size=500)


def _planned(years: Sequence[ProjectYear]) -> dict[int, Decimal]:
    """What the applications planned for the years: it counts where the ledger knows no budget of the project."""
    if not years:
        return {}
    rows = FundingLine.objects.filter(project__in=[of.project_id for of in years]).order_by()
    sums = {
        (project, year): sum_ for project, year, sum_ in rows.values_list("project", "year").annotate(Sum("amount"))
    }
    return {of.pk: sums.get((of.project_id, of.year_id)) or Decimal(0) for of in years}


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
