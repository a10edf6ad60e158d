"""What a project is to bring about: its performance goals, an indicator a row (绩效目标申报表)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.projects.models.parts import part_of


class GoalGroup(models.TextChoices):
    """一级指标."""

    COST = "cost", _("cost indicators")
    OUTPUT = "output", _("output indicators")
    BENEFIT = "benefit", _("benefit indicators")
    SATISFACTION = "satisfaction", _("satisfaction indicators")


class IndicatorKind(models.TextChoices):
    """二级指标; each belongs to one group. Cost stands below output (财预〔2020〕10号) or in a group of its own (财预〔2021〕101号)."""

    ECONOMIC_COST = "cost_money", _("cost: economic")
    SOCIAL_COST = "cost_social", _("cost: social")
    ECOLOGICAL_COST = "cost_nature", _("cost: ecological environment")

    QUANTITY = "quantity", _("output: quantity")
    QUALITY = "quality", _("output: quality")
    TIMELINESS = "timeliness", _("output: timeliness")
    COST = "cost", _("output: cost")
    ECONOMIC = "economic", _("benefit: economic")
    SOCIAL = "social", _("benefit: social")
    ECOLOGICAL = "ecological", _("benefit: ecological")
    LASTING = "lasting", _("benefit: lasting effect")
    SATISFACTION = "satisfaction", _("satisfaction of those served")


K = IndicatorKind
GROUP_OF: dict[str, GoalGroup] = {
    **dict.fromkeys((K.ECONOMIC_COST, K.SOCIAL_COST, K.ECOLOGICAL_COST), GoalGroup.COST),
    **dict.fromkeys((K.QUANTITY, K.QUALITY, K.TIMELINESS, K.COST), GoalGroup.OUTPUT),
    **dict.fromkeys((K.ECONOMIC, K.SOCIAL, K.ECOLOGICAL, K.LASTING), GoalGroup.BENEFIT),
    K.SATISFACTION: GoalGroup.SATISFACTION,
}


class IndicatorNature(models.TextChoices):
    """指标性质: how what was reached is held against the target."""

    AT_LEAST = "at_least", "≥"
    AT_MOST = "at_most", "≤"
    EQUAL = "equal", "="
    QUALITATIVE = "qualitative", _("in words")


class GoalSource(models.TextChoices):
    """取数方式: where what was reached is read from; a value entered by hand needs evidence."""

    MANUAL = "manual", _("entered with evidence")
    PROGRESS = "progress", _("progress reports")
    FINISHED = "finished", _("day of completion in progress reports")
    EXECUTION = "execution", _("execution rate of payments")
    PAID = "paid", _("amount paid")
    HOUSEHOLDS = "households", _("households paid by rosters")
    AREA = "area", _("area paid by rosters")
    APPROVAL = "approval", _("days of approval")
    REVIEW = "review", _("days of expert review")
    SURVEY = "survey", _("satisfaction survey")


class GoalIndicator(models.Model):
    """One third-level indicator with its target, for the whole term and, where it differs, for the first year.

    `weight` is its points of the 100 that the self-evaluation gives; empty where it is left to the scheme. `library` is
    the code of the indicator of the library that it was taken from.
    """

    project = part_of("goals")
    number = models.PositiveIntegerField(_("line number"))
    kind = models.CharField(_("kind of indicator"), max_length=12, choices=IndicatorKind, blank=True)
    content = models.CharField(_("indicator"), max_length=300)
    nature = models.CharField(_("comparison"), max_length=11, choices=IndicatorNature, blank=True)
    value = models.CharField(_("target value"), max_length=60)
    annual = models.CharField(_("target value of the year"), max_length=60, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    weight = models.DecimalField(
        pgettext_lazy("of an indicator", "weight"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    source = models.CharField(_("source of the value"), max_length=10, choices=GoalSource, blank=True)
    scoring = models.CharField(_("scoring rule"), max_length=500, blank=True)
    is_core = models.BooleanField(_("core indicator"), default=False)
    library = models.CharField(_("code in the library"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("performance goal")
        verbose_name_plural = _("performance goals")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="goal_indicator_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100), name="goal_weight_in_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.target}".rstrip()

    @property
    def group(self) -> str:
        """The first-level indicator it stands under; empty while its kind is not chosen."""
        return str(GROUP_OF[self.kind].label) if self.kind in GROUP_OF else ""

    @property
    def target(self) -> str:
        """The target of the whole term as tables print it: ≥95%."""
        return self.said(self.value)

    @property
    def target_of_year(self) -> str:
        """The target of the year, that of the term where none is stated."""
        return self.said(self.annual or self.value)

    def said(self, value: str) -> str:
        """A target with its comparison and its unit of measure."""
        sign = "" if self.nature in {"", IndicatorNature.QUALITATIVE} else IndicatorNature(self.nature).label
        return f"{sign}{value}{self.measure}" if value else ""
