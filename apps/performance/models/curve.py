"""How a year's work and money are expected to go: a project's own schedule, or that of its category."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.monitoring.models.timing import whole_curve
from apps.performance.models.year import ProjectYear
from apps.projects.models import ProjectCategory


class ScheduleCurve(models.Model):
    """Cumulated per cent of the year's work by the end of each month, January first: never falling, ending with 100.

    The project's own decides, then that of its category; without either the year passes evenly (m/12, 财预〔2019〕136号).
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
    category = models.OneToOneField(
        ProjectCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shares = models.JSONField(_("shares by month (%)"), validators=[whole_curve])
    source = models.CharField(_("source or reason"), max_length=300)

    class Meta:
        verbose_name = _("schedule of a year")
        verbose_name_plural = _("schedules of years")
        constraints = [
            models.CheckConstraint(
                condition=Q(of__isnull=True, category__isnull=False) | Q(of__isnull=False, category__isnull=True),
                name="schedule_of_one",
                violation_error_message=_("A schedule belongs to a project's year or to a category."),
            )
        ]

    def __str__(self) -> str:
        return str(self.of or self.category)
