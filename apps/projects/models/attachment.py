"""Files that an application brings along."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.projects.models.project import Project


class AttachmentKind(models.TextChoices):
    """What a file is to the application."""

    APPROVAL = "approval", _("document of approval")
    FEASIBILITY = "feasibility", _("feasibility study")
    ESTIMATE = "estimate", _("basis of the calculation")
    MINUTES = "minutes", _("minutes of a meeting")
    EVALUATION = "evaluation", _("report of the evaluation before the act")
    OTHER = "other", _("other attachment")


class ProjectAttachment(models.Model):
    """A file attached to a project (附件); its content lies in `files` and never changes."""

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="attachments"
    )
    kind = models.CharField(_("kind of attachment"), max_length=12, choices=AttachmentKind)
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("attached at"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment of a project")
        verbose_name_plural = _("attachments of projects")
        ordering = ["project", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file}"
