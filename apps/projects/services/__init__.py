"""The verbs of the project library; one act, one function, one transaction, one evidence record."""

from apps.projects.services.locks import StaleRevision
from apps.projects.services.projects import (
    Saved,
    abandon_project,
    copy_from,
    create_project,
    save_project,
)

__all__ = [
    "Saved",
    "StaleRevision",
    "abandon_project",
    "copy_from",
    "create_project",
    "save_project",
]
