"""Plans of use (用款计划): how much a unit will pay by month; where a region says so they control payments (双控制)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import Code, FiscalYear
from apps.ledger.models import Authority
from apps.ledger.models.authority import money
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class PaymentSetting(models.Model):
    """What a region has settled about payments."""

    region = models.OneToOneField(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    plans_control = models.BooleanField(_("plans of use control payments"), default=False)

    class Meta:
        verbose_name = _("setting of payments")
        verbose_name_plural = _("settings of payments")

    def __str__(self) -> str:
        return str(self.region)


class PlanState(models.TextChoices):
    """Only an approved plan counts."""

    DRAFT = "draft", pgettext_lazy("plan of use", "draft")
    SUBMITTED = "submitted", pgettext_lazy("plan of use", "under approval")
    RETURNED = "returned", pgettext_lazy("plan of use", "returned")
    REFUSED = "refused", pgettext_lazy("plan of use", "refused")
    APPROVED = "approved", pgettext_lazy("plan of use", "approved")


class PlanQuerySet(ScopedQuerySet):
    """A unit sees its own."""

    def for_list(self) -> "PlanQuerySet":
        return self.select_related("region", "unit")


class UsePlan(Stateful):
    """A sheet of planned payments of one unit; a later sheet adds to the approved ones or takes from them (调整)."""

    number = models.CharField(_("number of the plan"), max_length=20, editable=False)
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    total = money(_("total"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=PlanState, default=PlanState.DRAFT, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of use")
        verbose_name_plural = _("plans of use")
        indexes = [models.Index(fields=["unit", "year", "state"], name="use_plan_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("disbursement:plan", args=[self.pk])


class PlanLine(models.Model):
    """One month of one authority, or of all authority of the unit with this fund and function."""

    plan = models.ForeignKey(UsePlan, verbose_name=_("plan of use"), on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("no."))
    authority = models.ForeignKey(
        Authority,
        verbose_name=_("authority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fund = models.ForeignKey(
        Code, verbose_name=_("fund type"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    function = models.ForeignKey(
        Code, verbose_name=_("function"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    amount = money(_("amount"))

    class Meta:
        verbose_name = _("line of a plan")
        verbose_name_plural = _("lines of a plan")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_line_once"),
            models.CheckConstraint(
                condition=Q(authority__isnull=False, fund__isnull=True, function__isnull=True)
                | Q(authority__isnull=True, fund__isnull=False, function__isnull=False),
                name="plan_line_of_authority_or_function",
                violation_error_message=_("A line of a plan names an authority, or a fund and a function."),
            ),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="plan_line_has_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.month} {self.amount}"
