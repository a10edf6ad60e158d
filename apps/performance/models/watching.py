"""双监控: the call of an office, the form of each project, its lines. What was found stays as it stood."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.performance.models.actual import ActualValue
from apps.performance.models.year import Lamp, ProjectYear, Target, money, quantity
from apps.performance.scoring import execution_rate
from apps.projects.models import ProjectCategory
from apps.regions.models import Department, Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class Deviation(models.TextChoices):
    """偏差原因 (财预〔2019〕136号)."""

    FUNDS = "funds", _("funds did not come")
    RULES = "rules", _("rules are missing")
    PEOPLE = "people", _("people are missing")
    EQUIPMENT = "equipment", _("equipment or conditions")
    OTHER = "other", _("other reasons")


class Likelihood(models.TextChoices):
    """完成可能性."""

    SURE = "sure", _("will surely be reached")
    MAYBE = "maybe", _("may be reached")
    NEVER = "never", _("cannot be reached")


class CallQuerySet(ScopedQuerySet):
    """Calls; units see their forms."""

    unit_field = None

    def for_list(self) -> "CallQuerySet":
        return self.select_related("region", "category", "year")


class MonitoringCall(models.Model):
    """下发: an office asks all its units, or those with projects of a category, how far they are at the end of a month."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    month = models.PositiveSmallIntegerField(_("up to month"))
    category = models.ForeignKey(
        ProjectCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(_("to be filled in by"))
    note = models.CharField(_("what is asked"), max_length=500, blank=True)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of monitoring")
        verbose_name_plural = _("rounds of monitoring")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "month", "category"],
                name="monitoring_call_once",
                nulls_distinct=False,
                violation_error_message=_("This month has been asked for already."),
            ),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="monitoring_call_month"),
        ]

    def __str__(self) -> str:
        return _("%(region)s %(year)s, months 1 to %(month)s") % {
            "region": self.region,
            "year": self.year_id,
            "month": self.month,
        }

    def get_absolute_url(self) -> str:
        return reverse("performance:call", args=[self.pk])


class FormState(models.TextChoices):
    """The unit fills in, the office looks at it."""

    OPEN = "open", pgettext_lazy("monitoring form", "to be filled in")
    SUBMITTED = "submitted", pgettext_lazy("monitoring form", "handed in")
    RETURNED = "returned", pgettext_lazy("monitoring form", "sent back")
    ACCEPTED = "accepted", pgettext_lazy("monitoring form", "accepted")


FILLABLE = (FormState.OPEN, FormState.RETURNED)


class FormQuerySet(ScopedQuerySet):
    """Monitoring forms; a unit sees its own."""

    def for_list(self) -> "FormQuerySet":
        return self.select_related("call", "of__project", "unit", "region")

    def missing(self) -> "FormQuerySet":
        """未报."""
        return self.filter(state__in=FILLABLE)


class MonitoringForm(Stateful):
    """绩效运行监控表 of one project for the months 1 to N.

    Figures are in yuan and are frozen when the form is handed in: `share` is the per cent of the year's work that the
    schedule expected by then. `expected` is what the unit thinks it will have paid by the end of the year.
    """

    call = models.ForeignKey(
        MonitoringCall, verbose_name=_("round of monitoring"), on_delete=models.PROTECT, related_name="forms"
    )
    of = models.ForeignKey(
        ProjectYear, verbose_name=_("performance of a project"), on_delete=models.PROTECT, related_name="forms"
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
    month = models.PositiveSmallIntegerField(_("up to month"))
    due = models.DateField(_("to be filled in by"))
    initial = money(_("budget at the beginning of the year"), default=0)
    budget = money(_("budget of the whole year"), default=0)
    executed = money(_("executed"), default=0)
    expected = money(_("expected to be executed by the end of the year"), null=True, blank=True)
    share = models.DecimalField(_("expected by the schedule, %"), max_digits=7, decimal_places=4, null=True)
    reason = models.CharField(_("reason of the deviation"), max_length=9, choices=Deviation, blank=True)
    words = models.CharField(_("explanation"), max_length=1000, blank=True)
    goal_lamp = models.CharField(_("lamp of the goals"), max_length=6, choices=Lamp, blank=True)
    budget_lamp = models.CharField(_("lamp of the budget"), max_length=6, choices=Lamp, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=FormState, default=FormState.OPEN, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    looked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    looked_at = models.DateTimeField(_("looked at"), null=True)

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring form")
        verbose_name_plural = _("monitoring forms")
        constraints = [
            models.UniqueConstraint(fields=["call", "of"], name="monitoring_form_once"),
            models.CheckConstraint(condition=Q(expected__isnull=True) | Q(expected__gte=0), name="monitoring_expected"),
        ]
        indexes = [
            models.Index(fields=["region", "state", "-id"], name="monitoring_form_region"),
            models.Index(fields=["league", "state", "-id"], name="monitoring_form_league"),
            models.Index(fields=["unit", "state", "-id"], name="monitoring_form_unit"),
        ]

    def __str__(self) -> str:
        return _("%(project)s, months 1 to %(month)s") % {"project": self.of, "month": self.month}

    def get_absolute_url(self) -> str:
        return reverse("performance:form", args=[self.pk])

    @property
    def rate(self) -> Decimal | None:
        """Executed of the year's budget, in per cent; nothing without a budget."""
        return execution_rate(self.budget, self.executed)

    @property
    def is_fillable(self) -> bool:
        """Whether the unit is still at it."""
        return self.state in FILLABLE


class MonitoringLine(models.Model):
    """One indicator in a form: what it had reached by the month's end, what is expected, why it is behind."""

    form = models.ForeignKey(MonitoringForm, on_delete=models.CASCADE, related_name="lines")  # a part of its form
    target = models.ForeignKey(
        Target, verbose_name=_("target of a year"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("line number"))
    value = models.ForeignKey(
        ActualValue, verbose_name=_("value reached"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    pace = models.DecimalField(_("of what was expected, %"), max_digits=12, decimal_places=2, null=True)
    expected = quantity(_("expected by the end of the year"), null=True, blank=True)
    lamp = models.CharField(_("lamp"), max_length=6, choices=Lamp, blank=True)
    reason = models.CharField(_("reason of the deviation"), max_length=9, choices=Deviation, blank=True)
    words = models.CharField(_("explanation"), max_length=1000, blank=True)
    likelihood = models.CharField(_("likelihood"), max_length=5, choices=Likelihood, blank=True)

    # Months up to the form's own for which nothing was recorded, as pages print them; filled in where a form is looked at.
    months_missing = ""
    # Whether the value seems to be a per cent written as a fraction; filled in where lamps are worked out.
    is_suspect = False

    class Meta:
        verbose_name = _("line of a monitoring form")
        verbose_name_plural = _("lines of monitoring forms")
        ordering = ["form", "number"]
        constraints = [models.UniqueConstraint(fields=["form", "target"], name="monitoring_line_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.target}"
