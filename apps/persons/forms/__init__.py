"""Forms about personal data: each asks for a reason, or keeps what was decided."""

from apps.persons.forms.incidents import AuthorityForm, EndForm, IncidentForm, PersonsToldForm, ProcessingForm
from apps.persons.forms.persons import AnswerForm, CauseForm, ExportForm, LockForm, PeriodForm, RequestForm, SearchForm

__all__ = [
    "AnswerForm",
    "AuthorityForm",
    "CauseForm",
    "EndForm",
    "ExportForm",
    "IncidentForm",
    "LockForm",
    "PeriodForm",
    "PersonsToldForm",
    "ProcessingForm",
    "RequestForm",
    "SearchForm",
]
