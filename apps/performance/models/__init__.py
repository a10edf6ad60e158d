"""Schemes of evaluation, projects by year with their targets, and what was reached."""

from apps.performance.models.actual import ActualFile, ActualValue, Tier
from apps.performance.models.scheme import EvaluationKind, Grade, Scheme
from apps.performance.models.year import Lamp, ProjectYear, Target, YearState

__all__ = [
    "ActualFile",
    "ActualValue",
    "EvaluationKind",
    "Grade",
    "Lamp",
    "ProjectYear",
    "Scheme",
    "Target",
    "Tier",
    "YearState",
]
