"""Evaluations: opened for all of a region at once or one by one, filled in, handed in, decided by their flow."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.lowcode.services.cases import lock_case, send_on, withdraw
from apps.notices.services import notify
from apps.performance import policies
from apps.performance.models import Evaluation, EvaluationKind, EvaluationLine, ProjectYear, YearState
from apps.performance.selectors.evaluating import RELATED, compute, total_of
from apps.performance.selectors.people import unit_people
from apps.performance.selectors.progress import refused_values
from apps.performance.selectors.schemes import scheme_of
from apps.performance.services.layout import lay_out
from apps.performance.services.values import lock_year
from apps.performance.transitions import EVALUATION, YEAR
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, advance_many, is_open

SUBJECT = "performance.evaluation"
TEXTS = ("expected_goal", "actual_goal", "analysis", "execution_reason")
FROZEN = ("initial", "budget", "executed", "carried_over", "execution_score")
OF_LINE = ("value", "computed", "gap", "is_over", "is_off")
HUNDRED = Decimal(100)
RETURNED = gettext_lazy("Line %(number)s: its value is from a report that was returned. Put that right first.")
Chosen = Mapping[str, list[int]]

OPEN = """
INSERT INTO performance_evaluation (of_id, kind, scheme_id, region_id, unit_id, department_id, year_id, due, initial, budget,
    executed, carried_over, execution_weight, unscored, execution_reason, expected_goal, actual_goal, analysis, grade, state,
    return_reason, revision)
SELECT y.id, 'self', %(scheme)s, y.region_id, y.unit_id, y.department_id, y.year_id, %(due)s, y.initial, y.budget,
    y.executed, y.carried_over, %(execution)s, 0, '', '', '', '', '', 'draft', '', 1
FROM performance_projectyear y
WHERE y.region_id = %(region)s AND y.year_id = %(year)s AND y.state = 'running'
  AND EXISTS (SELECT FROM performance_target t WHERE t.of_id = y.id)
ON CONFLICT (of_id, kind) DO NOTHING
RETURNING of_id, unit_id
"""
LINES = """
INSERT INTO performance_evaluationline (evaluation_id, number, target_id, weight, gap, is_over, is_off, reason)
SELECT e.id, t.number, t.id, t.weight, '', false, false, ''
FROM performance_evaluation e JOIN performance_target t ON t.of_id = e.of_id
WHERE e.kind = 'self' AND e.of_id = ANY(%(ids)s)
"""


@act
def open_evaluations(actor: Actor, region: Region, year: FiscalYear, due: date) -> int:
    """Open the self-evaluation of all watched projects of a region, carried-over ones too; returns how many.

    Four statements, whatever their number; each unit is told once. RuleViolation where nothing is left to open.
    """
    require(policies.may_call(actor, region.pk))
    scheme = scheme_of(region, year.pk)
    if due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which the units hand in."))
    values = {"scheme": scheme.pk, "execution": scheme.execution, "region": region.pk, "year": year.pk, "due": due}
    with connection.cursor() as cursor:
        cursor.execute(OPEN, values)
        found = cursor.fetchall()
        cursor.execute(LINES, {"ids": [of for of, _unit in found]})
    if not found:
        raise RuleViolation(_("No project with goals waits for its self-evaluation here in this year."))
    advance_many(YEAR, ProjectYear.objects.filter(pk__in=[of for of, _unit in found]), "evaluate")
    evidence.append("performance.evaluations_opened", region, actor, year=year.pk, count=len(found), scheme=str(scheme))
    people = unit_people({unit for _of, unit in found})
    url = f"{reverse('performance:evaluations')}?state=draft"
    notify(people, "performance.evaluate", url, year=str(year.pk), due=due.isoformat())
    return len(found)


@act
def begin_evaluation(actor: Actor, of: ProjectYear, kind: str) -> Evaluation:
    """Begin one: a unit's own before the office asks for it, or that of the department or the finance office.

    RuleViolation where there is one of this kind, the project states no goals, or there is no scheme.
    """
    lock_year(of.pk)  # two who begin at once: one after the other
    of.refresh_from_db(fields=["state"])
    require(policies.may_evaluate(actor, of, kind))
    if Evaluation.objects.filter(of=of, kind=kind).exists():
        raise RuleViolation(_("This project's year is evaluated in this way already."))
    scheme = scheme_of(of.region, of.year_id, kind)
    evaluation = Evaluation(of=of, kind=kind, scheme=scheme, execution_weight=scheme.execution)
    evaluation.author_id = actor.user_id
    lines = lay_out(evaluation)
    evaluation.save()
    evaluation.refresh_from_db()
    EvaluationLine.objects.bulk_create(lines)
    if kind == EvaluationKind.SELF and is_open(YEAR, of, "evaluate"):
        advance(YEAR, of, "evaluate")
    evidence.append("performance.evaluation_begun", evaluation, actor, kind=kind, scheme=str(scheme))
    return evaluation


@act
def save_evaluation(
    actor: Actor,
    evaluation: Evaluation,
    revision: int,
    texts: Mapping[str, str],
    rows: Mapping[int, Mapping[str, Any]],
) -> None:
    """Keep texts and lines by their keys (`reason`, `ticks`, `given`). Values reached are never entered here.

    RuleViolation when someone else saved it meanwhile, or points are given that are not there to be given.
    """
    require(policies.may_fill_evaluation(actor, evaluation))
    taken = Evaluation.objects.filter(pk=evaluation.pk, revision=revision, state=evaluation.state)
    if not taken.update(revision=F("revision") + 1):
        raise RuleViolation(_("Someone else saved this while you were working on it. Open it again and compare."))
    evaluation.revision = revision + 1
    for name in TEXTS:
        if name in texts:
            setattr(evaluation, name, texts[name])
    evaluation.author_id = evaluation.author_id or actor.user_id
    evaluation.save(update_fields=[*TEXTS, "author"])
    _write_lines(evaluation, rows)
    evidence.append("performance.evaluation_saved", evaluation, actor)


def _write_lines(evaluation: Evaluation, rows: Mapping[int, Mapping[str, Any]]) -> None:
    lines = list(evaluation.lines.filter(pk__in=rows).order_by("number"))
    for line in lines:
        given = rows[line.pk]
        line.reason = given.get("reason", line.reason)
        if line.item_id is not None:
            line.ticks = given.get("ticks", line.ticks)
        if "given" in given:
            _refuse_points(evaluation, line, given["given"])
            line.given = given["given"]
    EvaluationLine.objects.bulk_update(lines, ["reason", "ticks", "given"])


def _refuse_points(evaluation: Evaluation, line: EvaluationLine, points: Decimal | None) -> None:
    if points is None:
        return
    if evaluation.kind == EvaluationKind.SELF:
        raise RuleViolation(
            _("The points of a self-evaluation are computed: record the values, and explain deviations.")
        )
    if not 0 <= points <= line.weight or points != points.quantize(Decimal("0.01")):
        words = {"number": line.number, "weight": line.weight}
        raise RuleViolation(
            _("Line %(number)s: give points between 0 and %(weight)s, with two decimals at most.") % words
        )


@act
def submit_evaluation(actor: Actor, evaluation: Evaluation, *, chosen: Chosen | None = None) -> None:
    """Hand in: money, values and points are frozen as they stand now, and it goes its way.

    RuleViolation names what is missing; what has no value is not scored and must be explained.
    """
    require(policies.may_fill_evaluation(actor, evaluation))
    lock_case(SUBJECT, evaluation.pk)
    _lock(evaluation)
    evaluation.of = lock_year(evaluation.of_id)  # values and money of one moment; a settled year takes nothing more
    require(policies.may_fill_evaluation(actor, evaluation))
    lines = list(evaluation.lines.select_related(*RELATED).prefetch_related("item__ticks").order_by("number"))
    compute(evaluation, lines)
    missing = missing_of(evaluation, lines)
    if missing:
        raise RuleViolation(" ".join(missing))
    EvaluationLine.objects.bulk_update(lines, OF_LINE)
    _freeze(evaluation, lines)
    evidence.append(
        "performance.evaluation_submitted", evaluation, actor, score=evaluation.score, unscored=evaluation.unscored
    )
    if evaluation.kind == EvaluationKind.SELF and is_open(YEAR, evaluation.of, "hand_in"):
        advance(YEAR, evaluation.of, "hand_in")
    evaluation.__dict__["handed_in_by"] = actor.user_id  # who may sign nowhere: asked where the flow's facts are read
    send_on(actor, SUBJECT, evaluation, chosen=chosen)
    evaluation.refresh_from_db()


def _freeze(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> None:
    total = total_of(evaluation, lines)
    computed = [line.computed for line in lines] + [evaluation.execution_score]
    values: dict[str, Any] = {name: getattr(evaluation, name) for name in FROZEN}
    values |= {"score": total.score, "unscored": total.unscored, "return_reason": ""}
    values |= {"computed": sum((one for one in computed if one is not None), Decimal(0))}
    values |= {"grade": evaluation.scheme.grade_of(total.score), "submitted_at": timezone.now()}
    advance(EVALUATION, evaluation, "submit", revision=evaluation.revision + 1, **values)


def missing_of(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> list[str]:
    """What is to be filled in before it can be handed in, in sentences."""
    found = []
    total = total_of(evaluation, lines)
    if total.weight > HUNDRED:
        text = _("The points come to %(weight)s instead of 100: the weights of the goals are to be mended first.")
        found.append(text % {"weight": total.weight})
    if not evaluation.actual_goal:
        found.append(_("Say what was actually reached in the year."))
    if _is_short(evaluation.execution_score, evaluation.execution_weight) and not evaluation.execution_reason:
        found.append(_("Explain why the budget was not executed in full."))
    refused = refused_values([line.value for line in lines])
    for line in lines:
        text = str(RETURNED) if line.value_id in refused else _missing_of_line(line)
        found += [text % {"number": line.number}] if text else []
    return found


def _is_short(score: Decimal | None, weight: Decimal) -> bool:
    return bool(weight) and (score is None or score < weight)


def _missing_of_line(line: EvaluationLine) -> str:
    if line.item is not None and not line.item.formula and line.ticks is None and line.given is None:
        return _("Line %(number)s: tick what was found in order.")
    return "" if line.reason else _unexplained(line)


def _unexplained(line: EvaluationLine) -> str:
    """What about a line asks for a reason."""
    if line.score is None:
        return _("Line %(number)s is not scored: record a value, or explain why there is none.")
    if line.given is not None and line.given != line.computed:
        return _("Line %(number)s: say why other points are given than were computed.")
    if line.is_over:
        return _("Line %(number)s is over-achieved: say why.")
    if line.is_off and line.target is not None and line.target.value == 0:
        return _("Line %(number)s: at least zero is reached by doing nothing, say what was meant and reached.")
    if line.is_off:
        return _("Line %(number)s is far off its target: say why.")
    return (
        _("Line %(number)s was not reached in full: say why, and how it is mended.") if line.score < line.weight else ""
    )


@act
def withdraw_evaluation(actor: Actor, evaluation: Evaluation) -> None:
    """Take it back before it is decided."""
    require(policies.may_withdraw_evaluation(actor, evaluation))
    case = lock_case(SUBJECT, evaluation.pk)
    if case is None:
        raise RuleViolation(_("This is not under approval."))
    withdraw(actor, case)
    evaluation.refresh_from_db()


def return_evaluation(actor: Actor, evaluation: Evaluation, reason: str) -> None:
    """The flow has returned it."""
    _lock(evaluation)
    advance(EVALUATION, evaluation, "return", return_reason=reason[:2000])
    _reopen(evaluation)
    evidence.append("performance.evaluation_returned", evaluation, actor, reason=reason)


def withdrawn_evaluation(actor: Actor, evaluation: Evaluation, reason: str) -> None:
    """Who handed it in has taken it back."""
    if is_open(EVALUATION, evaluation, "withdraw"):
        advance(EVALUATION, evaluation, "withdraw")
        _reopen(evaluation)
        evidence.append("performance.evaluation_withdrawn", evaluation, actor)


def _reopen(evaluation: Evaluation) -> None:
    if evaluation.kind == EvaluationKind.SELF and evaluation.of.state == YearState.EVALUATED:
        advance(YEAR, evaluation.of, "hand_back")


def _lock(evaluation: Evaluation) -> None:
    Evaluation.objects.select_for_update(of=("self",), no_key=True).get(pk=evaluation.pk)
    evaluation.refresh_from_db(fields=["state", "revision", *TEXTS])
