"""Schemes of evaluation, projects by year with their targets, and what was reached."""

from apps.performance.models.actual import ActualFile, ActualValue, Tier
from apps.performance.models.checking import DrawMethod, Lowering, SpotCheck, SpotDraw, SpotState
from apps.performance.models.collect import Gap, StaleMoney
from apps.performance.models.comment import CommentKind, CommentState, GoalComment
from apps.performance.models.curve import ScheduleCurve
from apps.performance.models.disclosure import (
    DisclosedLine,
    DisclosedProject,
    DisclosedResult,
    Disclosure,
    DisclosureState,
)
from apps.performance.models.evaluating import Evaluation, EvaluationLine, EvaluationState
from apps.performance.models.framework import Formula, FrameworkItem, FrameworkPart, FrameworkPoint
from apps.performance.models.goalrule import GoalRule, GoalRuleLevel
from apps.performance.models.library import IndicatorSet, LibraryIndicator, ProcessKind, SetCategory
from apps.performance.models.mending import (
    OPEN_MENDINGS,
    MendingOrigin,
    MendingState,
    Rectification,
    RectificationFile,
    RectificationStep,
)
from apps.performance.models.progress import ProgressFile, ProgressQuantity, ProgressReport, ReportState
from apps.performance.models.result import ResultUse, Suggestion, UseState
from apps.performance.models.scheme import EvaluationKind, Grade, Scheme
from apps.performance.models.survey import Flag, Survey, SurveyAnswer, SurveyState
from apps.performance.models.total import (
    COUNTS,
    GRADE_COUNTS,
    LAMP_COUNTS,
    STEP_COUNTS,
    StaleTotal,
    TotalFold,
    YearTotal,
)
from apps.performance.models.watching import (
    Deviation,
    FormState,
    Likelihood,
    MonitoringCall,
    MonitoringForm,
    MonitoringLine,
)
from apps.performance.models.year import Lamp, ProjectYear, Target, YearState

__all__ = [
    "COUNTS",
    "GRADE_COUNTS",
    "LAMP_COUNTS",
    "OPEN_MENDINGS",
    "ActualFile",
    "ActualValue",
    "CommentKind",
    "CommentState",
    "EvaluationKind",
    "GoalComment",
    "GoalRule",
    "GoalRuleLevel",
    "Deviation",
    "DisclosedLine",
    "DisclosedProject",
    "DisclosedResult",
    "Disclosure",
    "DisclosureState",
    "DrawMethod",
    "Evaluation",
    "EvaluationLine",
    "EvaluationState",
    "FormState",
    "Formula",
    "FrameworkItem",
    "FrameworkPart",
    "FrameworkPoint",
    "Flag",
    "Gap",
    "Grade",
    "IndicatorSet",
    "Lamp",
    "LibraryIndicator",
    "ProcessKind",
    "Likelihood",
    "Lowering",
    "MendingOrigin",
    "MendingState",
    "MonitoringCall",
    "MonitoringForm",
    "MonitoringLine",
    "ProjectYear",
    "Rectification",
    "RectificationFile",
    "RectificationStep",
    "ResultUse",
    "ScheduleCurve",
    "Scheme",
    "SetCategory",
    "SpotCheck",
    "SpotDraw",
    "SpotState",
    "Suggestion",
    "ProgressFile",
    "ProgressQuantity",
    "ProgressReport",
    "ReportState",
    "STEP_COUNTS",
    "StaleMoney",
    "StaleTotal",
    "Survey",
    "SurveyAnswer",
    "SurveyState",
    "Target",
    "Tier",
    "TotalFold",
    "UseState",
    "YearState",
    "YearTotal",
]
