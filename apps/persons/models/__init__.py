"""Requests of persons, periods of keeping, incidents with personal data, and what is recorded of its processing."""

from apps.persons.models.incidents import Incident, IncidentKind, IncidentState
from apps.persons.models.processing import Processing, ProcessingKind
from apps.persons.models.requests import Period, PeriodRun, PersonRequest, RequestKind, RequestState

__all__ = [
    "Incident",
    "IncidentKind",
    "IncidentState",
    "Period",
    "PeriodRun",
    "PersonRequest",
    "Processing",
    "ProcessingKind",
    "RequestKind",
    "RequestState",
]
