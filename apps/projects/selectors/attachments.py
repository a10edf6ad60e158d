"""Which papers lie with an application."""

from apps.projects.models import Project
from apps.projects.models.attachment import AttachmentKind, ProjectAttachment


def has_evaluation_report(project: Project) -> bool:
    """Whether the report of the evaluation before the act (事前绩效评估) is attached."""
    return ProjectAttachment.objects.filter(project=project, kind=AttachmentKind.EVALUATION).exists()
