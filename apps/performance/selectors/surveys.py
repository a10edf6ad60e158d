"""Reading surveys: which forms may be used, what was answered so far, how many were set aside and why."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.lowcode.models import FormPurpose, FormVersion, VersionState
from apps.lowcode.selectors.forms import schema_of
from apps.performance.models import Flag, ProjectYear, Survey, SurveyAnswer, SurveyState
from apps.performance.surveying import Question, distribution, result

MOST = 20_000  # answers read for the distribution of a page


@dataclass(frozen=True, slots=True)
class Standing:
    """How a survey stands: answers that count, those set aside by reason, the result so far, and each question."""

    counted: int
    silent: int
    flags: list[tuple[str, int]]
    score: Decimal | None
    questions: list[Question]

    @property
    def excluded(self) -> int:
        return sum(count for _label, count in self.flags)


def forms_for(of: ProjectYear) -> QuerySet[FormVersion]:
    """Published survey forms of the unit, its region and the regions above."""
    places = of.region.get_ancestors(include_self=True)
    here = Q(definition__unit=None) | Q(definition__unit=of.unit_id)
    rows = FormVersion.objects.filter(
        here,
        state=VersionState.PUBLISHED,
        definition__purpose=FormPurpose.SURVEY,
        definition__region__in=places,
    )
    return rows.select_related("definition").order_by("-definition__region__level", "definition__code")


def standing_of(survey: Survey) -> Standing:
    """All of a survey's answers in two queries; the newest 20,000 make the distribution."""
    rows = SurveyAnswer.objects.filter(survey=survey)
    by_flag = dict(rows.order_by().values_list("flag").annotate(count=Count("pk")))
    fine = list(rows.filter(flag="").order_by("-pk").values_list("values", "score")[:MOST])
    scores = [score for _values, score in fine if score is not None]
    flags = [(str(Flag(flag).label), by_flag[flag]) for flag in Flag.values if flag in by_flag]
    questions = distribution(schema_of(survey.version), [values for values, _score in fine])
    return Standing(len(scores), len(fine) - len(scores), flags, result(scores), questions)


def survey_by_code(code: str) -> Survey | None:
    """The survey of a public address."""
    return Survey.objects.select_related("target__of__project", "unit", "region", "version").filter(code=code).first()


def surveys_of(of: ProjectYear) -> list[Any]:
    """The surveys of a project's year with how many answered. One query."""
    rows = Survey.objects.filter(target__of=of).select_related("target")
    return list(rows.annotate(answered=Count("answers")).order_by("-pk"))


def is_running(survey: Survey) -> bool:
    """Whether it has not been closed."""
    return survey.state == SurveyState.OPEN
