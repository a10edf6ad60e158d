"""Satisfaction surveys: opened by the unit for a target, answered by anybody, closed by the clock; the result is a value."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.models import FormPurpose, FormVersion, VersionState
from apps.lowcode.schema.fields import FormSchema
from apps.lowcode.selectors.forms import applies_at, schema_of
from apps.lowcode.services.answers import BadAnswers, check_answers
from apps.notices.services import notify
from apps.performance import days, policies
from apps.performance.models import Flag, Gap, Survey, SurveyAnswer, SurveyState, Target
from apps.performance.plausible import Reached
from apps.performance.services.values import keep_value, lock_year
from apps.performance.surveying import FULL, is_fast, is_marked, long_texts, result, satisfaction, unfit
from apps.performance.transitions import SURVEY
from apps.projects.models import GoalSource, IndicatorNature
from imbudget.kit.actor import NOBODY, Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

LABEL = "performance.survey"
CLOCK = system_actor("surveys")
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # without what is mistaken for another sign
CODE_LENGTH = 12
LONGEST = timedelta(days=366)
HOUR = timedelta(hours=1)
CROWDED, MOST_AN_HOUR = (
    10,
    60,
)  # answers of an hour from one address: set aside from the first on, refused from the second on
KEPT_CHARACTERS = 40
MOST_OF_ANOTHER = 10  # 0.9 is a share, 9 is of ten points: neither is held against 92 of a hundred


@dataclass(frozen=True, slots=True)
class Plan:
    """What a unit settles when it opens a survey."""

    version: FormVersion
    title: str
    opens_on: date
    closes_on: date
    minimum: int


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of who answers: a random cookie, an address, the seconds they took, the work done, once."""

    device: str
    address: str
    seconds: int
    proof: str


@act
def open_survey(actor: Actor, target: Target, plan: Plan) -> Survey:
    """Open a survey about a target. RuleViolation for a form that asks for persons, or has no question about satisfaction."""
    of = lock_year(target.of_id)
    require(policies.may_report(actor, of))
    if target.nature == IndicatorNature.QUALITATIVE:
        raise RuleViolation(_("A goal in words has no result in points."))
    _refuse_unfit(plan, target)
    survey = Survey(
        target=target,
        version=plan.version,
        region_id=of.region_id,
        unit_id=of.unit_id,
        code="".join(secrets.choice(SIGNS) for _number in range(CODE_LENGTH)),
        title=plan.title.strip(),
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        minimum=plan.minimum,
        author_id=actor.user_id,
    )
    try:
        survey.full_clean(exclude=["region", "unit", "version", "result", "author"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    survey.save()
    last = plan.closes_on
    evidence.append("performance.survey_opened", survey, actor, target=str(target), form=str(plan.version), until=last)
    return survey


def _refuse_unfit(plan: Plan, target: Target) -> None:
    version, of = plan.version, target.of
    is_survey = version.definition.purpose == FormPurpose.SURVEY and version.state == VersionState.PUBLISHED
    if not is_survey or not applies_at(version, of.region, of.unit):
        raise RuleViolation(_("This is no survey that is in use here."))
    schema = schema_of(version)
    if wrong := unfit(schema):
        text = _("A public survey asks for no persons, files or tables: “%(question)s”.")
        raise RuleViolation(text % {"question": wrong[0].label})
    if not any(is_marked(one) for one in schema):
        raise RuleViolation(
            _("No question of this form says how content people are: use a score, or choices whose values are points.")
        )
    if target.value is not None and not MOST_OF_ANOTHER < target.value <= FULL:
        text = _(
            "A survey gives 0 to 100 points; the target %(target)s is of another scale, and would be reached by itself."
        )
        raise RuleViolation(text % {"target": target.said})
    if plan.closes_on < days.today() or plan.closes_on - plan.opens_on > LONGEST:
        raise RuleViolation(_("The last day lies from today on, and within a year of the first one."))


def take_answer(actor: Actor, survey: Survey, raw: Mapping[str, Any], sender: Sender) -> SurveyAnswer:
    """Take an answer in; one that looks like spam is kept, flagged and shown, and does not move the result.

    Raises BadAnswers by field, RuleViolation outside of the days, for a second answer of a device, and for too many from
    one address.
    """
    if not is_answerable(survey):
        raise RuleViolation(_("This survey takes no answers today."))
    schema = schema_of(survey.version)
    cleaned = check_answers(NOBODY, survey.version, raw)
    if cleaned.errors:
        raise BadAnswers(cleaned.errors)
    try:
        return _keep(actor, survey, schema, cleaned.values, sender)
    except IntegrityError as error:
        raise RuleViolation(_("This survey has been answered from this device already. Thank you.")) from error


@act
def _keep(actor: Actor, survey: Survey, schema: FormSchema, values: dict[str, Any], sender: Sender) -> SurveyAnswer:
    survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
    if survey.state != SurveyState.OPEN:
        raise RuleViolation(_("This survey takes no answers today."))
    place = digest_of(survey, sender.address)
    recent = SurveyAnswer.objects.filter(survey=survey, place=place, received_at__gte=timezone.now() - HOUR).count()
    if recent >= MOST_AN_HOUR:
        raise RuleViolation(_("Too many answers came from your address. Try again in an hour."))
    if SurveyAnswer.objects.filter(survey=survey, device=digest_of(survey, sender.device)).exists():
        raise RuleViolation(_("This survey has been answered from this device already. Thank you."))
    made = SurveyAnswer(
        survey=survey,
        values=values,
        score=satisfaction(schema, values),
        device=digest_of(survey, sender.device),
        place=place,
        likeness=_likeness(survey, schema, values, place),
        seconds=min(sender.seconds, 10**6),
        proof=sender.proof,
    )
    made.flag = _flag(made, schema, recent)
    made.save()
    evidence.append("performance.survey_answered", survey, actor, answer=made.pk, flag=made.flag)
    return made


def _likeness(survey: Survey, schema: FormSchema, values: dict[str, Any], place: str) -> str:
    """Own words that are the same anywhere, or the same ticks from one address: many are content in the same way."""
    texts = long_texts(schema, values)
    return digest_of(survey, json.dumps(texts or [place, values], ensure_ascii=False, sort_keys=True))


def _flag(made: SurveyAnswer, schema: FormSchema, recent: int) -> str:
    if is_fast(schema, made.seconds):
        return Flag.FAST
    alike = SurveyAnswer.objects.filter(survey=made.survey, likeness=made.likeness)
    if long_texts(schema, made.values):
        is_alike = alike.exists()
    else:
        is_alike = alike.filter(received_at__gte=timezone.now() - HOUR).exists()
    if is_alike:
        return Flag.REPEATED
    return Flag.CROWDED if recent >= CROWDED else ""


def digest_of(survey: Survey, text: str) -> str:
    """A keyed digest that is good for this survey only; nothing can be read out of it."""
    made = salted_hmac(f"performance.survey.{survey.code}", text, algorithm="sha256")
    return made.hexdigest()[:KEPT_CHARACTERS]


def is_answerable(survey: Survey) -> bool:
    """Whether today is one of its days."""
    return survey.state == SurveyState.OPEN and survey.opens_on <= days.today() <= survey.closes_on


@act
def close_survey(actor: Actor, survey: Survey) -> None:
    """Close a survey: its result becomes a value of the target, or the reason why there is none."""
    of = lock_year(survey.target.of_id)
    survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
    require(policies.may_close_survey(actor, survey))
    counted, excluded, score = figures(survey)
    is_enough = score is not None and counted >= survey.minimum
    reached = Reached(
        days.day_within(of.year_id),
        score if is_enough else None,
        gap="" if is_enough else Gap.FEW_ANSWERS,
        source=GoalSource.SURVEY,
        subject_label=LABEL,
        subject_id=str(survey.pk),
    )
    made = keep_value(actor, survey.target, reached)
    closing = {"score": score if is_enough else None, "counted": counted, "excluded": excluded, "result": made}
    advance(SURVEY, survey, "close", closed_at=timezone.now(), **closing)
    evidence.append("performance.survey_closed", survey, actor, score=reached.value, counted=counted, excluded=excluded)
    people = {survey.author_id} - {None}
    words = {"survey": survey.title, "counted": str(counted), "excluded": str(excluded)}
    notify(people, "performance.survey_closed", survey.get_absolute_url(), **words)  # type: ignore[arg-type]


def figures(survey: Survey) -> tuple[int, int, Any]:
    """(answers that count, answers set aside, their result) as of now; an answer without satisfaction is not counted."""
    rows = list(SurveyAnswer.objects.filter(survey=survey).values_list("score", "flag"))
    scores = [score for score, flag in rows if not flag and score is not None]
    return len(scores), sum(1 for _score, flag in rows if flag), result(scores)


def close_due() -> int:
    """Close the surveys whose last day is over; returns how many. One that cannot be closed does not hold the others."""
    due = Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=days.today()).select_related("target__of")
    count = 0
    for survey in due.order_by("pk"):
        try:
            close_survey(CLOCK, survey)
            count += 1
        except RuleViolation:
            continue  # somebody has just closed it
    return count
