"""Spot checks: drawn by a seed that stands in evidence or chosen, points lowered with a reason, the unit's view beside it."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.evidence.models import Entry
from apps.lowcode.models import Case
from apps.notices.services import notify
from apps.performance import policies
from apps.performance.models import (
    DrawMethod,
    Evaluation,
    EvaluationLine,
    EvaluationState,
    Lowering,
    SpotCheck,
    SpotDraw,
    SpotState,
    YearState,
)
from apps.performance.selectors.evaluating import total_of
from apps.performance.selectors.people import unit_people
from apps.performance.services.evaluations import SUBJECT
from apps.performance.services.results import settle_score
from apps.performance.transitions import SPOT
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.transitions import advance

MOST = 1_000


def order_of(seed: str, pool: Iterable[int]) -> list[int]:
    """The candidates in the order of the draw: by SM3 of the seed and the key. Anybody can repeat it."""
    return sorted(pool, key=lambda pk: (sm3_hex(f"{seed}:{pk}".encode()), pk))


@act
def draw_checks(actor: Actor, region: Region, year: FiscalYear, count: int) -> SpotDraw:
    """Draw `count` approved, unsettled evaluations of a region that are under no check, at random; each becomes a check.

    Seed and pool stand in evidence. What the actor has filled in or handed in is no candidate.
    """
    require(policies.may_call(actor, region.pk))
    pool = _candidates(actor, region, year)
    if not 1 <= count <= MOST:
        raise RuleViolation(_("Draw between 1 and %(most)s evaluations.") % {"most": MOST})
    if len(pool) < count:
        words = {"count": count, "pool": len(pool)}
        raise RuleViolation(_("%(count)s were to be drawn, but only %(pool)s can be checked.") % words)
    seed = secrets.token_hex(32)
    draw = SpotDraw(region=region, year=year, method=DrawMethod.RANDOM, seed=seed, pool=pool)
    return _keep(actor, draw, order_of(seed, pool)[:count])


@act
def choose_check(actor: Actor, evaluation: Evaluation, reason: str) -> SpotCheck:
    """Take one evaluation into a check, with the reason."""
    require(policies.may_spot(actor, evaluation))
    _refuse_own(actor, evaluation)
    if not reason:
        raise RuleViolation(_("Say why this one is checked."))
    draw = SpotDraw(region_id=evaluation.region_id, year_id=evaluation.year_id, method=DrawMethod.CHOSEN)
    draw.pool, draw.reason = [evaluation.pk], reason[:500]
    _keep(actor, draw, [evaluation.pk])
    return draw.checks.get()


def _candidates(actor: Actor, region: Region, year: FiscalYear) -> list[int]:
    rows = Evaluation.objects.filter(region=region, year=year, state=EvaluationState.APPROVED)
    rows = rows.exclude(of__state=YearState.SETTLED).exclude(checks__state=SpotState.OPEN)
    pool = set(rows.values_list("pk", flat=True))
    return sorted(pool - _own(actor, pool))


def _own(actor: Actor, keys: Collection[int]) -> set[int]:
    """Those of the evaluations that the actor has begun, filled in at any time, or handed in. Three queries."""
    if actor.user_id is None:
        return set()
    begun = Evaluation.objects.filter(pk__in=keys, author=actor.user_id).values_list("pk", flat=True)
    cases = Case.objects.filter(subject=SUBJECT, document_id__in=keys, applicant=actor.user_id)
    entries = Entry.objects.filter(subject_type=Evaluation._meta.label, subject_id__in=list(map(str, keys)))
    saved = entries.filter(event="performance.evaluation_saved", actor_id=str(actor.user_id))
    handed_in = cases.order_by().values_list("document_id", flat=True)
    return {*begun, *handed_in, *map(int, saved.order_by().values_list("subject_id", flat=True))}


def _refuse_own(actor: Actor, evaluation: Evaluation) -> None:
    if _own(actor, [evaluation.pk]):
        raise NotAllowed(_("Nobody checks an evaluation of their own."))


def _keep(actor: Actor, draw: SpotDraw, drawn: Sequence[int]) -> SpotDraw:
    draw.author_id = actor.user_id
    draw.save()
    scores = dict(Evaluation.objects.filter(pk__in=drawn).values_list("pk", "score"))
    checks = [SpotCheck(draw=draw, evaluation_id=pk, before=scores[pk], examiner_id=actor.user_id) for pk in drawn]
    try:
        with transaction.atomic():
            SpotCheck.objects.bulk_create(checks)
    except IntegrityError as error:
        raise RuleViolation(_("This evaluation is under a spot check already.")) from error
    facts = {"method": draw.method, "seed": draw.seed, "pool": draw.pool, "drawn": list(drawn)}
    evidence.append("performance.spot_drawn", draw, actor, **facts)
    units = draw.checks.values_list("unit", flat=True)
    notify(unit_people(set(units)), "performance.spot_begun", "", year=str(draw.year_id))
    return draw


@act
def lower_points(actor: Actor, check: SpotCheck, line: EvaluationLine, points: Decimal, reason: str) -> Lowering:
    """Lower the points of a line, with the reason; the former ones stay, and the year's score follows at once."""
    _lock(check)
    require(policies.may_lower(actor, check))
    _refuse_own(actor, check.evaluation)
    if line.evaluation_id != check.evaluation_id:
        raise RuleViolation(_("This line belongs to another evaluation."))
    line.refresh_from_db()
    before = line.score
    if before is None:
        raise RuleViolation(_("This line was not scored: there is nothing to lower."))
    if not reason:
        raise RuleViolation(_("Say why the points are lowered."))
    if not 0 <= points < before:
        raise RuleViolation(
            _("A spot check only lowers: give points between 0 and less than %(before)s.") % {"before": before}
        )
    row = Lowering.objects.create(
        check_of=check,
        line=line,
        before=before,
        after=points,
        reason=reason[:1000],
        user_id=actor.user_id,
        name=actor.name[:150],
    )
    line.lowered = points
    line.save(update_fields=["lowered"])
    _rescore(check.evaluation)
    evidence.append("performance.points_lowered", check, actor, line=line.number, before=before, after=points)
    return row


def _rescore(evaluation: Evaluation) -> None:
    """The evaluation's score and grade after its lines have changed, and the year's."""
    lines = list(evaluation.lines.select_related("target", "item"))
    score = total_of(evaluation, lines).score
    evaluation.score, evaluation.grade = score, evaluation.scheme.grade_of(score)
    evaluation.save(update_fields=["score", "grade"])
    settle_score(evaluation.of)


@act
def state_view(actor: Actor, check: SpotCheck, text: str) -> None:
    """What the unit has to say about it, kept beside the examiner's opinion."""
    _lock(check)
    require(policies.may_state_view(actor, check))
    if not text:
        raise RuleViolation(_("Say what the unit thinks of it."))
    check.view, check.viewed_at = text[:2000], timezone.now()
    check.save(update_fields=["view", "viewed_at"])
    evidence.append("performance.spot_viewed", check, actor)
    people = [check.examiner_id] if check.examiner_id else []
    notify(people, "performance.spot_viewed", check.get_absolute_url(), check=str(check))


@act
def close_check(actor: Actor, check: SpotCheck, opinion: str) -> None:
    """End it with the examiner's opinion; the unit is told both scores."""
    _lock(check)
    require(policies.may_lower(actor, check))
    _refuse_own(actor, check.evaluation)
    if not opinion:
        raise RuleViolation(_("Write your opinion."))
    check.evaluation.refresh_from_db(fields=["score"])
    values = {"opinion": opinion[:2000], "after": check.evaluation.score, "examiner_id": actor.user_id}
    advance(SPOT, check, "close", closed_at=timezone.now(), **values)
    evidence.append("performance.spot_closed", check, actor, before=check.before, after=check.after)
    words = {"check": str(check), "before": str(check.before), "after": str(check.after)}
    notify(unit_people([check.unit_id]), "performance.spot_closed", check.get_absolute_url(), **words)


def _lock(check: SpotCheck) -> None:
    SpotCheck.objects.select_for_update(of=("self",), no_key=True).get(pk=check.pk)
    check.refresh_from_db(fields=["state"])
