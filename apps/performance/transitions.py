"""Who may go where."""

from apps.performance.models import ReportState, SurveyState
from imbudget.kit.transitions import Table

REPORT: Table = {
    "submit": (frozenset({ReportState.DRAFT}), ReportState.SUBMITTED),
    "return": (frozenset({ReportState.SUBMITTED}), ReportState.RETURNED),
}
SURVEY: Table = {"close": (frozenset({SurveyState.OPEN}), SurveyState.CLOSED)}
