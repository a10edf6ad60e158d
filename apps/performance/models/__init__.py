"""Schemes of evaluation, projects by year with their targets, and what was reached."""

from apps.performance.models.actual import ActualFile, ActualValue, Tier
from apps.performance.models.collect import Gap, StaleMoney
from apps.performance.models.progress import ProgressFile, ProgressQuantity, ProgressReport, ReportState
from apps.performance.models.scheme import EvaluationKind, Grade, Scheme
from apps.performance.models.survey import Flag, Survey, SurveyAnswer, SurveyState
from apps.performance.models.year import Lamp, ProjectYear, Target, YearState

__all__ = [
    "ActualFile",
    "ActualValue",
    "EvaluationKind",
    "Flag",
    "Gap",
    "Grade",
    "Lamp",
    "ProgressFile",
    "ProgressQuantity",
    "ProgressReport",
    "ProjectYear",
    "ReportState",
    "Scheme",
    "StaleMoney",
    "Survey",
    "SurveyAnswer",
    "SurveyState",
    "Target",
    "Tier",
    "YearState",
]
