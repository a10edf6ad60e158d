"""The application as it was handed in, each time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.projects.models.project import Project


class VersionReason(models.TextChoices):
    """What made a version."""

    SUBMITTED = "submitted", _("handed in")
    RESUBMITTED = "resubmitted", _("handed in again")
    STORED = "stored", _("put into the store")
    CHANGED = "changed", _("changed")
    IMPORTED = "imported", _("imported")


class ProjectVersion(models.Model):
    """A frozen copy of the whole application (a database trigger holds it), compared field by field with others."""

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("version"))
    reason = models.CharField(_("reason"), max_length=12, choices=VersionReason)
    body = models.JSONField(_("application"))
    digest = models.CharField(_("SM3 digest"), max_length=64)
    user = models.ForeignKey(User, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of an application")
        verbose_name_plural = _("versions of applications")
        ordering = ["project", "-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="project_version_once")]

    def __str__(self) -> str:
        return f"{self.project_id} v{self.number}"
