"""The attachments of a project as its pages and its document list them."""

from django.db.models import QuerySet

from apps.projects.models import Project, ProjectAttachment


def attachments_of(project: Project) -> QuerySet[ProjectAttachment]:
    """By kind, with their files and who attached them."""
    return project.attachments.select_related("file__uploaded_by").order_by("kind", "pk")
