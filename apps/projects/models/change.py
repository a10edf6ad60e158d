"""Requests to change or to end a stored project."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.projects.models.project import Project
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class ChangeKind(models.TextChoices):
    """What is asked for."""

    CHANGE = "change", _("change")
    TERMINATION = "termination", _("termination")


class ChangeState(models.TextChoices):
    """How far a request is."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", _("returned")
    APPLIED = "applied", _("carried out")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_STATES = (ChangeState.DRAFT, ChangeState.SUBMITTED, ChangeState.RETURNED)


class ProjectChange(Stateful):
    """A change request (项目变更) or a termination (提前终止): what shall become different, and why."""

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind of request"), max_length=12, choices=ChangeKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False)
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    reason = models.TextField(_("reason"), max_length=2000)
    body = models.JSONField(_("proposed values"), default=dict)
    amount = models.DecimalField(_("total amount afterwards"), max_digits=20, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState, default=ChangeState.DRAFT, editable=False)
    return_reason = models.TextField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for change")
        verbose_name_plural = _("requests for change")
        ordering = ["project", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="project_change_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=("draft", "submitted", "returned")),
                name="one_open_change",
                violation_error_message=_("There is an open request for this project already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("projects:change", args=[self.pk])
