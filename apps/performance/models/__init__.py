"""Schemes of evaluation, projects by year with their targets, and what was reached."""

from apps.performance.models.actual import ActualFile, ActualValue, Tier
from apps.performance.models.comment import CommentKind, CommentState, GoalComment
from apps.performance.models.goalrule import GoalRule, GoalRuleLevel
from apps.performance.models.library import IndicatorSet, LibraryIndicator, ProcessKind, SetCategory
from apps.performance.models.scheme import EvaluationKind, Grade, Scheme
from apps.performance.models.year import Lamp, ProjectYear, Target, YearState

__all__ = [
    "ActualFile",
    "ActualValue",
    "CommentKind",
    "CommentState",
    "EvaluationKind",
    "GoalComment",
    "GoalRule",
    "GoalRuleLevel",
    "Grade",
    "IndicatorSet",
    "Lamp",
    "LibraryIndicator",
    "ProcessKind",
    "ProjectYear",
    "Scheme",
    "SetCategory",
    "Target",
    "Tier",
    "YearState",
]
