"""What a unit states of its head counts, on its way to being in force."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class StaffChangeState(models.TextChoices):
    """How far it is; approved head counts wait for their day."""

    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("head counts", "returned")
    APPROVED = "approved", _("approved, not yet in force")
    IN_FORCE = "in_force", _("in force")
    REFUSED = "refused", pgettext_lazy("head counts", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("head counts", "withdrawn")


OPEN_STATES = (StaffChangeState.SUBMITTED, StaffChangeState.RETURNED, StaffChangeState.APPROVED)


class StaffChangeQuerySet(ScopedQuerySet):
    """Head counts that units have stated."""

    def for_list(self) -> "StaffChangeQuerySet":
        return self.select_related("unit", "region")


class StaffChange(Stateful):
    """The head counts of a unit and year as they shall be from a day on. Region and league are copied by the database.

    `counts` maps the code of a category to [people before, people afterwards], either of them null where nothing is stated.
    """

    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(_("head counts"), default=dict)
    as_of = models.DateField(_("as of"))
    in_force = models.DateField(_("in force from"))
    source = models.CharField(_("source document"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=StaffChangeState, default=StaffChangeState.SUBMITTED, editable=False
    )
    return_reason = models.TextField(_("reason of return"), max_length=2000, blank=True, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = StaffChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of head counts")
        verbose_name_plural = _("changes of head counts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(state__in=("submitted", "returned", "approved")),
                name="one_open_staff_change",
                violation_error_message=_("Head counts of this year are under way already."),
            )
        ]
        indexes = [
            models.Index(fields=["league", "year", "-id"], name="staff_change_league"),
            models.Index(fields=["region", "year", "-id"], name="staff_change_region"),
            models.Index(fields=["in_force"], name="staff_change_waits", condition=Q(state="approved")),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year_id}"

    def get_absolute_url(self) -> str:
        return reverse("budget:staff_change", args=[self.pk])
