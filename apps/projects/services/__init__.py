"""The verbs of the project library; one act, one function, one transaction, one evidence record."""

from apps.projects.services.application import (
    ChecksFailed,
    approve_application,
    refuse_application,
    return_application,
    store_project,
    submit_project,
    withdraw_project,
)
from apps.projects.services.attachments import add_attachment, drop_attachment
from apps.projects.services.changes import (
    BadRows,
    apply_change,
    request_change,
    request_termination,
    save_change,
    submit_change,
    withdraw_change,
)
from apps.projects.services.forms import save_form
from apps.projects.services.locks import StaleRevision
from apps.projects.services.projects import (
    Saved,
    abandon_project,
    copy_from,
    create_project,
    save_project,
)

__all__ = [
    "BadRows",
    "ChecksFailed",
    "Saved",
    "StaleRevision",
    "abandon_project",
    "add_attachment",
    "apply_change",
    "approve_application",
    "copy_from",
    "create_project",
    "drop_attachment",
    "refuse_application",
    "request_change",
    "request_termination",
    "return_application",
    "save_change",
    "save_form",
    "save_project",
    "store_project",
    "submit_change",
    "submit_project",
    "withdraw_change",
    "withdraw_project",
]
