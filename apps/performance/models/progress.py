"""Progress reports (进度报告): what a unit says of one project as of a day, with quantities by target and files that prove them."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.lowcode.models import Answer
from apps.performance.models.year import ProjectYear, Target, quantity
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class ReportState(models.TextChoices):
    """How far a progress report is; one that was sent back is put right by another one."""

    DRAFT = "draft", pgettext_lazy("progress report", "draft")
    SUBMITTED = "submitted", pgettext_lazy("progress report", "handed in")
    RETURNED = "returned", pgettext_lazy("progress report", "returned")


class ReportQuerySet(ScopedQuerySet):
    """Progress reports; a unit sees its own."""

    def for_list(self) -> "ReportQuerySet":
        return self.select_related("of__project", "unit", "region")


class ProgressReport(Stateful):
    """How a project stands as of a day; `percent` is how much of the whole is done.

    `client_key` is the name that the sender gave it: one that comes twice is one report. `corrects` is the report that was
    returned and that this one puts right. `answer` holds the region's own form. Scope is copied from the project's year.
    """

    of = models.ForeignKey(
        ProjectYear,
        verbose_name=_("performance of a project"),
        on_delete=models.PROTECT,
        related_name="reports",
        db_index=False,
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    as_of = models.DateField(_("as of"))
    percent = models.DecimalField(
        _("physical progress"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    words = models.TextField(pgettext_lazy("progress report", "what was done"), max_length=4000)
    started_on = models.DateField(_("works began on"), null=True, blank=True)
    finished_on = models.DateField(_("completed on"), null=True, blank=True)
    client_key = models.UUIDField(_("key of the sender"), default=uuid.uuid4, unique=True, editable=False)
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("puts right"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correction",
    )
    answer = models.OneToOneField(
        Answer, verbose_name=_("form of the region"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=9, choices=ReportState, default=ReportState.DRAFT, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["of", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="progress_report_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100),
                name="progress_in_per_cent",
                violation_error_message=_("Progress lies between 0 and 100 %."),
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(finished_on__gte=F("started_on")),
                name="progress_days_in_order",
                violation_error_message=_("Works cannot be completed before they began."),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "-id"], name="progress_region"),
            models.Index(fields=["league", "-id"], name="progress_league"),
            models.Index(fields=["unit", "-id"], name="progress_unit"),
        ]

    def __str__(self) -> str:
        return _("progress report %(number)s of %(day)s") % {"number": self.number, "day": self.as_of.isoformat()}

    def get_absolute_url(self) -> str:
        return reverse("performance:progress", args=[self.pk])


class ProgressQuantity(models.Model):
    """What a report says of one target, cumulated since the beginning of the year."""

    report = models.ForeignKey(
        ProgressReport,
        verbose_name=_("progress report"),
        on_delete=models.CASCADE,
        related_name="quantities",
        db_index=False,
    )
    target = models.ForeignKey(Target, verbose_name=_("target of a year"), on_delete=models.PROTECT, related_name="+")
    value = quantity(_("value reached"))

    class Meta:
        verbose_name = _("quantity of a progress report")
        verbose_name_plural = _("quantities of progress reports")
        ordering = ["report", "target__number"]
        constraints = [models.UniqueConstraint(fields=["report", "target"], name="progress_quantity_once")]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.value}"


class ProgressFile(models.Model):
    """A photograph or another file that proves what a report says."""

    report = models.ForeignKey(
        ProgressReport, verbose_name=_("progress report"), on_delete=models.CASCADE, related_name="files"
    )
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a progress report")
        verbose_name_plural = _("files of progress reports")
        ordering = ["report", "pk"]

    def __str__(self) -> str:
        return str(self.file)
