"""The arrows of a project's year and of all that is filed, watched, evaluated and decided about it."""

from apps.performance.models import DisclosureState as D
from apps.performance.models import EvaluationState as E
from apps.performance.models import FormState as F
from apps.performance.models import MendingState as M
from apps.performance.models import ReportState, SurveyState
from apps.performance.models import SpotState as S
from apps.performance.models import UseState as U
from apps.performance.models import YearState as Y
from imbudget.kit.transitions import Table

YEAR: Table = {
    "evaluate": (frozenset({Y.RUNNING}), Y.EVALUATING),
    "hand_in": (frozenset({Y.EVALUATING}), Y.EVALUATED),
    "hand_back": (frozenset({Y.EVALUATED}), Y.EVALUATING),
    "settle": (frozenset({Y.EVALUATED}), Y.SETTLED),
}

FORM: Table = {
    "submit": (frozenset({F.OPEN, F.RETURNED}), F.SUBMITTED),
    "accept": (frozenset({F.SUBMITTED}), F.ACCEPTED),
    "return": (frozenset({F.SUBMITTED}), F.RETURNED),
}

RECTIFICATION: Table = {
    "answer": (frozenset({M.OPEN, M.RETURNED}), M.ANSWERED),
    "send_back": (frozenset({M.ANSWERED}), M.RETURNED),
    "close": (frozenset({M.ANSWERED}), M.CLOSED),
}

EVALUATION: Table = {
    "submit": (frozenset({E.DRAFT, E.RETURNED}), E.SUBMITTED),
    "return": (frozenset({E.SUBMITTED}), E.RETURNED),
    "withdraw": (frozenset({E.SUBMITTED}), E.DRAFT),
    "approve": (frozenset({E.SUBMITTED}), E.APPROVED),
}

SPOT: Table = {"close": (frozenset({S.OPEN}), S.CLOSED)}

USE: Table = {
    "decide": (frozenset({U.SUGGESTED}), U.DECIDED),
    "tell": (frozenset({U.DECIDED}), U.TOLD),
}

REPORT: Table = {
    "submit": (frozenset({ReportState.DRAFT}), ReportState.SUBMITTED),
    "return": (frozenset({ReportState.SUBMITTED}), ReportState.RETURNED),
}
SURVEY: Table = {"close": (frozenset({SurveyState.OPEN}), SurveyState.CLOSED)}
# What is published.
DISCLOSURE: Table = {
    "replace": (frozenset({D.PUBLISHED}), D.REPLACED),
    "withdraw": (frozenset({D.PUBLISHED}), D.WITHDRAWN),
}
