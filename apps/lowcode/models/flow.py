"""Approval flows as data."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.lowcode.models.definition import Definition, Version


class FlowDefinition(Definition):
    """The flow of a region for one type of document; regions below without one of their own follow it."""

    subject = models.CharField(_("type of document"), max_length=60)

    class Meta:
        verbose_name = _("approval flow")
        verbose_name_plural = _("approval flows")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "subject"],
                name="flow_of_subject_once",
                violation_error_message=_("The region has a flow for this type of document already."),
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("lowcode:flow", args=[self.pk])


class FlowVersion(Version):
    """One version of a flow: its steps as JSON (`flow.definition`)."""

    definition = models.ForeignKey(
        FlowDefinition, verbose_name=_("approval flow"), on_delete=models.PROTECT, related_name="versions"
    )

    class Meta:
        verbose_name = _("version of a flow")
        verbose_name_plural = _("versions of flows")
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="flow_version_once"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="draft"), name="one_flow_draft"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="published"), name="one_flow_published"),
        ]
