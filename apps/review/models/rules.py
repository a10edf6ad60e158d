"""What a region has decided for its reviews; regions without a row follow the upper one."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.projects.models import ProjectCategory
from apps.regions.models import Region


class ReviewKind(models.TextChoices):
    """Reviews that must not be mixed up: whether, how much, and which of many (财预〔2023〕95号 for the second)."""

    EVALUATION = "evaluation", _("evaluation before the act")
    BUDGET = "budget", _("review of the budget")
    COMPETITION = "competition", _("competitive review")


class Counting(models.TextChoices):
    """How the days of a term are counted."""

    WORKING = "working", _("working days")
    NATURAL = "natural", _("natural days")


class ReviewRule(models.Model):
    """Which reviews the projects of a category need from an amount on; the nearest region with any rule decides alone."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="review_rules")
    category = models.ForeignKey(
        ProjectCategory,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("With all categories under it; none: every project."),
    )
    kind = models.CharField(_("kind of review"), max_length=12, choices=ReviewKind)
    least = models.DecimalField(_("from the amount"), max_digits=20, decimal_places=2, default=0)
    only_new = models.BooleanField(_("new projects only"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of reviews")
        verbose_name_plural = _("rules of reviews")
        ordering = ["region", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "category", "kind"],
                name="review_rule_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a rule already."),
            ),
            models.CheckConstraint(condition=Q(least__gte=0), name="review_rule_not_below_0"),
        ]

    def __str__(self) -> str:
        return f"{self.region} · {self.get_kind_display()}"


class ReviewSetting(models.Model):
    """How a region reviews: size of panels, rules of computing, terms."""

    region = models.OneToOneField(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="review_setting"
    )
    panel_size = models.PositiveSmallIntegerField(_("experts of a panel"), default=5)
    trim_from = models.PositiveSmallIntegerField(
        _("highest and lowest score fall away from"), default=5, help_text=_("Score sheets; 0: never.")
    )
    outlier_share = models.DecimalField(
        _("a score is far off from"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("0.20"),
        help_text=_("Share of the mean; a score farther from the mean needs a written reason."),
    )
    pass_mark = models.DecimalField(_("pass mark"), max_digits=5, decimal_places=2, default=Decimal(60))
    cooling_draws = models.PositiveSmallIntegerField(
        _("panels of one expert in a quarter"), default=6, help_text=_("From this number on an expert is not drawn.")
    )
    answer_days = models.PositiveSmallIntegerField(_("working days to answer an invitation"), default=2)
    scoring_days = models.PositiveSmallIntegerField(_("working days to score"), default=7)
    objection_days = models.PositiveSmallIntegerField(_("working days to answer an objection"), default=7)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("review settings of a region")
        verbose_name_plural = _("review settings of regions")
        constraints = [
            models.CheckConstraint(condition=Q(panel_size__gte=3, panel_size__lte=99), name="panel_of_3_to_99"),
            models.CheckConstraint(
                condition=Q(outlier_share__gt=0, outlier_share__lte=1), name="outlier_share_between_0_and_1"
            ),
            models.CheckConstraint(condition=Q(pass_mark__gte=0, pass_mark__lte=100), name="pass_mark_0_to_100"),
        ]

    def __str__(self) -> str:
        return str(self.region)


class PublicityRule(models.Model):
    """For how long results stand before the public (公示期); the nearest region with a rule of the kind decides."""

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="publicity_rules"
    )
    kind = models.CharField(
        _("kind of review"), max_length=12, choices=ReviewKind, blank=True, help_text=_("None: every kind.")
    )
    days = models.PositiveSmallIntegerField(_("days"), default=5)
    counting = models.CharField(_("counted in"), max_length=8, choices=Counting, default=Counting.WORKING)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of publicity")
        verbose_name_plural = _("rules of publicity")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind"],
                name="publicity_rule_once",
                violation_error_message=_("There is such a rule already."),
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=365), name="publicity_of_1_to_365_days"),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.days}"
