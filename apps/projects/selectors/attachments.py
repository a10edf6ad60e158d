"""Which papers lie with an application."""

from django.db.models import QuerySet

from apps.projects.models import AttachmentKind, Project, ProjectAttachment


def attachments_of(project: Project) -> QuerySet[ProjectAttachment]:
    """The attachments of a project with their files, by kind."""
    rows = ProjectAttachment.objects.filter(project=project)
    return rows.select_related("file__uploaded_by").order_by("kind", "pk")


def has_evaluation_report(project: Project) -> bool:
    """Whether the report of the evaluation before the act (事前绩效评估) is attached."""
    return ProjectAttachment.objects.filter(project=project, kind=AttachmentKind.EVALUATION).exists()
