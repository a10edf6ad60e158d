"""整改: what is to be mended about a project, by whom, until when, and what became of it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.performance.models.year import ProjectYear
from apps.regions.models import Department, Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class MendingOrigin(models.TextChoices):
    """What it came of."""

    LAMP = "lamp", _("red lamp of monitoring")
    EVALUATION = "evaluation", _("evaluation")
    SPOT = "spot", _("spot check")
    OTHER = "other", _("found otherwise")


class MendingState(models.TextChoices):
    """整改通知 → 整改报告 → 销号 or 退回."""

    OPEN = "open", pgettext_lazy("rectification", "to be mended")
    ANSWERED = "answered", pgettext_lazy("rectification", "answer to be examined")
    RETURNED = "returned", pgettext_lazy("rectification", "sent back to the unit")
    CLOSED = "closed", pgettext_lazy("rectification", "settled")


OPEN_MENDINGS = (MendingState.OPEN, MendingState.ANSWERED, MendingState.RETURNED)
TO_ANSWER = (MendingState.OPEN, MendingState.RETURNED)


class RectificationQuerySet(ScopedQuerySet):
    """Rectifications; a unit sees its own."""

    def for_list(self) -> "RectificationQuerySet":
        return self.select_related("of__project", "unit", "region")

    def open(self) -> "RectificationQuerySet":
        return self.filter(state__in=OPEN_MENDINGS)


class Rectification(Stateful):
    """A problem with the measure demanded and the day by which the unit reports; `holds` stops the project's payments.

    `key` names what it came of, so that nothing opens it twice.
    """

    of = models.ForeignKey(
        ProjectYear, verbose_name=_("performance of a project"), on_delete=models.PROTECT, related_name="rectifications"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, verbose_name=_("competent department"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    origin = models.CharField(_("came of"), max_length=10, choices=MendingOrigin)
    key = models.CharField(max_length=60, unique=True, null=True, editable=False)  # noqa: DJ001 (many without one)
    problem = models.CharField(_("problem"), max_length=2000)
    demands = models.CharField(_("what is demanded"), max_length=2000)
    due = models.DateField(_("to be mended by"))
    holds = models.BooleanField(_("payments of the project are held back"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=MendingState, default=MendingState.OPEN, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("opened by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    checked_by = models.ForeignKey(
        User, verbose_name=_("checked by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(_("settled at"), null=True)
    escalated_at = models.DateTimeField(null=True, editable=False)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification")
        verbose_name_plural = _("rectifications")
        indexes = [
            models.Index(fields=["region", "state", "-id"], name="rectification_region"),
            models.Index(fields=["league", "state", "-id"], name="rectification_league"),
            models.Index(fields=["unit", "state", "-id"], name="rectification_unit"),
            models.Index(fields=["due"], condition=Q(state__in=["open", "returned"]), name="rectification_due"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk} {self.of}"

    def get_absolute_url(self) -> str:
        return reverse("performance:rectification", args=[self.pk])

    @property
    def is_unsettled(self) -> bool:
        """Whether something about it is still to be done."""
        return self.state in OPEN_MENDINGS


class RectificationStep(models.Model):
    """One thing that was done about it; never changed."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(_("what was done"), max_length=10)
    state = models.CharField(_("state"), max_length=8, choices=MendingState)
    text = models.CharField(_("words"), max_length=2000, blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=150, blank=True)
    post_label = models.CharField(_("post"), max_length=250, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a rectification")
        verbose_name_plural = _("steps of rectifications")
        ordering = ["rectification", "pk"]

    def __str__(self) -> str:
        return f"{self.rectification_id}: {self.act}"


class RectificationFile(models.Model):
    """Evidence that it was mended."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField(_("attached at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a rectification")
        verbose_name_plural = _("files of rectifications")
        ordering = ["rectification", "pk"]

    def __str__(self) -> str:
        return str(self.file)
