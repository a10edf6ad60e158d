"""Which papers lie with an application."""

from typing import Any

from django.apps import apps

from apps.projects.models import Project

EVALUATION = "evaluation"


def attachments_of(project: Project) -> Any:
    """The attachments of a project, or nothing while the library keeps no files."""
    try:
        model: Any = apps.get_app_config("projects").get_model("ProjectAttachment")
    except LookupError:
        return None
    return model.objects.filter(project=project)


def has_evaluation_report(project: Project) -> bool:
    """Whether the report of the evaluation before the act (事前绩效评估) is attached."""
    found = attachments_of(project)
    return found is not None and found.filter(kind=EVALUATION).exists()
