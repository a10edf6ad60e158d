"""Definitions of forms and flows, answers, and cases with their tasks."""

from apps.lowcode.models.case import Case, CaseEvent, CaseState, Task, TaskKind, TaskState
from apps.lowcode.models.definition import VersionState
from apps.lowcode.models.flow import FlowDefinition, FlowVersion
from apps.lowcode.models.form import Answer, FormDefinition, FormPurpose, FormVersion

__all__ = [
    "Answer",
    "Case",
    "CaseEvent",
    "CaseState",
    "FlowDefinition",
    "FlowVersion",
    "FormDefinition",
    "FormPurpose",
    "FormVersion",
    "Task",
    "TaskKind",
    "TaskState",
    "VersionState",
]
