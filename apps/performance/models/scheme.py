"""Weights, grades and limits of evaluation and lamps: data of a region and its years, because they differ by place."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.performance.scoring import grade_at
from apps.regions.models import Region

OPEN_END = 9999


class EvaluationKind(models.TextChoices):
    """Who evaluates (财预〔2020〕10号): the unit all its projects each year, department and finance the important ones."""

    SELF = "self", _("self-evaluation")
    DEPARTMENT = "department", _("evaluation by the department")
    FINANCE = "finance", _("evaluation by the finance office")


class Grade(models.TextChoices):
    """评价等次: 优 良 中 差."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    FAIR = "fair", _("fair")
    POOR = "poor", _("poor")


def points(label: str, default: int) -> models.DecimalField:
    """A share of the 100 points."""
    limits = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
    return models.DecimalField(label, max_digits=5, decimal_places=2, default=default, validators=limits)


def percent(label: str, default: int) -> models.PositiveSmallIntegerField:
    """A limit in per cent."""
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(1000)])


WEIGHTS = ("decision", "process", "cost", "output", "benefit", "satisfaction", "execution")


class Scheme(models.Model):
    """How one kind of evaluation counts in a region and all below it; of several the nearest region's decides.

    Weights are points and add up to 100. Grades begin at `excellent`, `good` and `fair` points. Lamps are limits in per
    cent of what the schedule expects. `fair_cut` and `poor_cut` are what next year's budget is suggested to lose, in per cent.
    Where a project has no satisfaction indicator its points go to `without_satisfaction`.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind of evaluation"), max_length=10, choices=EvaluationKind)
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    decision = points(_("points of decision"), 0)
    process = points(_("points of process"), 0)
    cost = points(_("points of cost"), 0)
    output = points(_("points of output"), 50)
    benefit = points(_("points of benefit"), 30)
    satisfaction = points(_("points of satisfaction"), 10)
    execution = points(_("points of budget execution"), 10)
    without_satisfaction = models.CharField(
        _("satisfaction goes to, where nobody is served"),
        max_length=10,
        choices=[("benefit", _("benefit")), ("output", _("output"))],
        default="benefit",
    )
    excellent = points(_("excellent from"), 90)
    good = points(_("good from"), 80)
    fair = points(_("fair from"), 60)
    over_achieved = percent(_("over-achieved from, % of the target"), 130)
    off_target = percent(_("badly set target from, % off"), 30)
    red_below = percent(_("red below, %"), 60)
    yellow_below = percent(_("yellow below, %"), 80)
    blue_from = percent(_("blue from, %"), 120)
    fair_cut = percent(_("suggested cut after “fair”, %"), 10)
    poor_cut = percent(_("suggested cut after “poor”, %"), 100)
    feedback_days = models.PositiveSmallIntegerField(_("working days until the unit is told"), default=10)
    rectify_days = models.PositiveSmallIntegerField(_("days to mend"), default=30)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("scheme of evaluation")
        verbose_name_plural = _("schemes of evaluation")
        ordering = ["kind", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "valid_from"],
                name="scheme_once",
                nulls_distinct=False,
                violation_error_message=_("There is a scheme of this kind from this year already."),
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="scheme_years_in_order"),
            models.CheckConstraint(
                condition=Q(
                    decision=100
                    - F("process")
                    - F("cost")
                    - F("output")
                    - F("benefit")
                    - F("satisfaction")
                    - F("execution")
                ),
                name="scheme_weights_add_up",
                violation_error_message=_("The weights add up to 100."),
            ),
            models.CheckConstraint(
                condition=Q(excellent__gt=F("good"), good__gt=F("fair"), fair__gt=0),
                name="scheme_grades_in_order",
                violation_error_message=_("Excellent begins above good, good above fair."),
            ),
            models.CheckConstraint(
                condition=Q(red_below__lt=F("yellow_below"), yellow_below__lt=F("blue_from")),
                name="scheme_lamps_in_order",
                violation_error_message=_("Red ends below yellow, yellow below blue."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def grade_of(self, score: Decimal) -> Grade:
        """The grade of a score of 0 to 100."""
        return Grade(grade_at(score, self.excellent, self.good, self.fair))
