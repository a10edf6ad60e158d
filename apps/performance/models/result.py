"""结果应用: what the score of a year means for the next one; suggested by the scheme, decided by the office with its reason."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.performance.models.scheme import Grade
from apps.performance.models.year import ProjectYear, money
from apps.performance.scoring import cut_of
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class Suggestion(models.TextChoices):
    """优 keep and prefer, 良 keep, 中 cut by x %, 差 cut or cancel."""

    KEEP = "keep", _("keep")
    CUT = "cut", _("cut")
    CANCEL = "cancel", _("cancel")


class UseState(models.TextChoices):
    """Suggested by the scheme, decided by the office, told to the unit."""

    SUGGESTED = "suggested", pgettext_lazy("use of a result", "suggested")
    DECIDED = "decided", pgettext_lazy("use of a result", "decided")
    TOLD = "told", pgettext_lazy("use of a result", "told to the unit")


class UseQuerySet(ScopedQuerySet):
    """Uses of results; a unit sees its own."""

    def for_list(self) -> "UseQuerySet":
        return self.select_related("of__project", "unit", "region")


class ResultUse(Stateful):
    """The result of a project's year and what next year's budget is to make of it.

    `percent` is what the budget loses; `computed` and `computed_percent` are what the scheme suggests. `base` (yuan) is the
    evaluated year's budget (what its application planned, where the ledger knows none), by which the amount is counted. `due` is the day by which the unit is told, in working days.
    """

    of = models.OneToOneField(
        ProjectYear, verbose_name=_("performance of a project"), on_delete=models.PROTECT, related_name="use"
    )
    year = models.ForeignKey(
        FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+", db_index=False
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
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    grade = models.CharField(_("grade"), max_length=9, choices=Grade)
    computed = models.CharField(_("suggested by the scheme"), max_length=6, choices=Suggestion)
    computed_percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    decision = models.CharField(_("for next year's budget"), max_length=6, choices=Suggestion)
    percent = models.PositiveSmallIntegerField(_("cut by, %"), default=0, validators=[MaxValueValidator(100)])
    base = money(_("budget that it is counted by"), default=0)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    feedback = models.CharField(_("feedback to the unit"), max_length=2000, blank=True)
    due = models.DateField(_("unit to be told by"))
    state = models.CharField(_("state"), max_length=9, choices=UseState, default=UseState.SUGGESTED, editable=False)
    decided_by = models.ForeignKey(
        User, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    told_at = models.DateTimeField(_("told at"), null=True)

    objects = UseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a result")
        verbose_name_plural = _("use of results")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="keep", percent=0)
                | Q(decision="cut", percent__gt=0, percent__lt=100)
                | Q(decision="cancel", percent=100),
                name="use_of_result_percent",
                violation_error_message=_("To keep is to cut by 0 %, to cancel by 100 %, a cut lies between."),
            )
        ]
        indexes = [
            models.Index(fields=["region", "year", "-id"], name="result_use_region"),
            models.Index(fields=["league", "year", "-id"], name="result_use_league"),
            models.Index(fields=["unit", "year", "-id"], name="result_use_unit"),
        ]

    def __str__(self) -> str:
        return str(self.of)

    def get_absolute_url(self) -> str:
        return reverse("performance:result", args=[self.pk])

    @property
    def cut(self) -> Decimal:
        """What next year's budget loses, in yuan."""
        return cut_of(self.base, self.percent)

    @property
    def ceiling(self) -> Decimal:
        """What is left of the evaluated year's budget after it, in yuan."""
        return self.base - self.cut

    @property
    def said(self) -> str:
        """The decision as tables print it: cut 10 %."""
        label = str(Suggestion(self.decision).label)
        return f"{label} {self.percent}%" if self.decision == Suggestion.CUT else label
