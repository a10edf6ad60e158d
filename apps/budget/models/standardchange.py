"""What a finance office states of an expenditure standard, on its way to being in force."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.budget.models.base import OPEN_END, StaffCategory, StandardKind
from apps.budget.models.sheet import money_field
from apps.regions.models import Region, UnitNature
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful

# What names a standard, and what it says.
KEY = ("region_id", "economic", "category_id", "nature", "valid_from")
CONTENT = ("kind", "amount", "valid_to", "source")


class StandardChangeState(models.TextChoices):
    """How far it is."""

    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("expenditure standard", "returned")
    IN_FORCE = "in_force", _("in force")
    REFUSED = "refused", pgettext_lazy("expenditure standard", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("expenditure standard", "withdrawn")


OPEN_STANDARDS = (StandardChangeState.SUBMITTED, StandardChangeState.RETURNED)


class StandardChangeQuerySet(ScopedQuerySet):
    """Standards on their way; a unit post sees none."""

    unit_field = None

    def for_list(self) -> "StandardChangeQuerySet":
        return self.select_related("region", "category")

    def under_way(self) -> "StandardChangeQuerySet":
        """Those that have not been decided."""
        return self.filter(state__in=OPEN_STANDARDS)


class StandardChange(Stateful):
    """An expenditure standard of a region as it shall be from a year on: a new one, or another amount of one it has.

    `before` is the amount that the region's standard of these years had when this was stated; empty where it had none.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of standard"), max_length=6, choices=StandardKind)
    economic = models.CharField(_("department economic class"), max_length=21)
    category = models.ForeignKey(
        StaffCategory,
        verbose_name=_("staff category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    nature = models.CharField(_("nature of unit"), max_length=20, choices=UnitNature, blank=True)
    amount = money_field(_("amount a year"))
    before = money_field(_("amount before"), null=True, blank=True, editable=False)
    valid_from = models.PositiveSmallIntegerField(_("valid from year"))
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    source = models.CharField(_("source document"), max_length=300)
    state = models.CharField(
        _("state"), max_length=9, choices=StandardChangeState, default=StandardChangeState.SUBMITTED, editable=False
    )
    return_reason = models.TextField(_("reason of return"), max_length=2000, blank=True, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    unit_id = None  # a document of the region's own: the approval engine asks each document for its unit

    objects = StandardChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of an expenditure standard")
        verbose_name_plural = _("changes of expenditure standards")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "economic", "category", "nature", "valid_from"],
                condition=Q(state__in=("submitted", "returned")),
                name="one_open_standard_change",
                nulls_distinct=False,
                violation_error_message=_("This standard is under way already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="standard_change_not_below_zero",
                violation_error_message=_("The amount must not be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="standard_change_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]
        indexes = [
            models.Index(fields=["league", "-id"], name="standard_change_league"),
            models.Index(fields=["region", "-id"], name="standard_change_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.economic} {self.category or ''} {self.amount:,.2f}"

    def get_absolute_url(self) -> str:
        return reverse("budget:standard_change", args=[self.pk])

    @property
    def key(self) -> dict[str, Any]:
        """What names the standard that it becomes."""
        return {name: getattr(self, name) for name in KEY}

    @property
    def content(self) -> dict[str, Any]:
        """What the standard shall say."""
        return {name: getattr(self, name) for name in CONTENT}
