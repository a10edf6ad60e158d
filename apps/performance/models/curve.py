"""How a year's work and money are expected to go: a project's own schedule, or that of its category."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.monitoring.models.timing import whole_curve
from apps.performance.models.scheme import OPEN_END
from apps.performance.models.year import ProjectYear
from apps.projects.models import ProjectCategory
from apps.regions.models import Region


class ScheduleCurve(models.Model):
    """Cumulated per cent of the year's work by the end of each month, January first: never falling, ending with 100.

    The project's own decides, then that of its category for the year: of several the nearest region's. Without either the
    year passes evenly (m/12, 财预〔2019〕136号). A category's holds in its region and all below it, region empty: everywhere.
    Work of one season (subsidies paid once, sowing, heating) needs a curve, or all its lamps are false.
    """

    of = models.OneToOneField(
        ProjectYear,
        verbose_name=_("performance of a project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="curve",
    )
    category = models.ForeignKey(
        ProjectCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    shares = models.JSONField(_("shares by month (%)"), validators=[whole_curve])
    source = models.CharField(_("source or reason"), max_length=300)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("schedule of a year")
        verbose_name_plural = _("schedules of years")
        constraints = [
            models.CheckConstraint(
                condition=Q(of__isnull=True, category__isnull=False) | Q(of__isnull=False, category__isnull=True),
                name="schedule_of_one",
                violation_error_message=_("A schedule belongs to a project's year or to a category."),
            ),
            models.UniqueConstraint(
                fields=["category", "region", "valid_from"],
                condition=Q(category__isnull=False),
                name="schedule_of_category_once",
                nulls_distinct=False,
                violation_error_message=_("There is a schedule of this category from this year already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="schedule_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.of or self.category)
