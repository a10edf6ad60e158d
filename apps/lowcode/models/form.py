"""Forms as data, and the answers that were given to them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.lowcode.models.definition import Definition, Version
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet


class FormPurpose(models.TextChoices):
    """What a form is for; a document type asks for the form of its purpose."""

    PROJECT = "project", _("project application")
    PROGRESS = "progress", _("progress report")
    ACCEPTANCE = "acceptance", _("acceptance")
    SURVEY = "survey", _("survey")
    REVIEW = "review", _("score sheet of a review")


class FormDefinition(Definition):
    """A form of a region, or of one budget unit; `origin` is the upper level's form it was copied from."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=FormPurpose)
    origin = models.ForeignKey(
        "FormVersion",
        verbose_name=_("copied from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="copies",
    )

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "unit", "code"],
                name="form_code_once",
                nulls_distinct=False,
                violation_error_message=_("There is a form with this code already."),
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("lowcode:form", args=[self.pk])


class FormVersion(Version):
    """One version of a form: its fields as JSON (`schema.parse`)."""

    definition = models.ForeignKey(
        FormDefinition, verbose_name=_("form"), on_delete=models.PROTECT, related_name="versions"
    )

    class Meta:
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="form_version_once"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="draft"), name="one_form_draft"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="published"), name="one_form_published"),
        ]


class Answer(models.Model):
    """What was filled in: typed JSON, with the version it was checked against, read by that version for ever.

    The subject is named by label and key: the answers of a document of a higher app.
    """

    version = models.ForeignKey(
        FormVersion, verbose_name=_("version of a form"), on_delete=models.PROTECT, related_name="answers"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subject_label = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    values = models.JSONField(_("answers"), default=dict)
    search_key = models.TextField(editable=False, blank=True)
    is_complete = models.BooleanField(_("complete"), default=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [
            models.Index(fields=["version", "region", "-id"], name="answer_version_region"),
            models.Index(fields=["version", "league", "-id"], name="answer_version_league"),
            models.Index(fields=["subject_label", "subject_id"], name="answer_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("lowcode:answer", args=[self.pk])
