"""One project in one fiscal year: what it is to reach, what its money did, how its lamps stand and how it was scored."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.codes.models import FiscalYear
from apps.performance.models.scheme import Grade
from apps.performance.scoring import execution_rate
from apps.projects.models import GoalSource, IndicatorKind, IndicatorNature, Project, ProjectCategory
from apps.projects.models.goals import GROUP_OF, GoalGroup
from apps.regions.models import Department, Region, Unit
from imbudget.kit.formats import format_quantity
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


def money(label: str, **kwargs: object) -> models.DecimalField:
    """An amount in yuan."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **kwargs)  # type: ignore[arg-type]


def quantity(label: str, **kwargs: object) -> models.DecimalField:
    """What was counted or measured, in the unit of measure of its target."""
    return models.DecimalField(label, max_digits=20, decimal_places=4, **kwargs)  # type: ignore[arg-type]


def _scope(model: type[models.Model], label: object, **kwargs: object) -> models.ForeignKey:
    """A key that an index of the lists begins with."""
    given = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False} | kwargs
    return models.ForeignKey(model, verbose_name=label, **given)  # type: ignore[arg-type]


class Lamp(models.TextChoices):
    """双监控 lamps; empty while nothing can be said."""

    RED = "red", _("red")
    YELLOW = "yellow", _("yellow")
    GREEN = "green", _("green")
    BLUE = "blue", _("blue")


class YearState(models.TextChoices):
    """How far the performance of a project's year is."""

    RUNNING = "running", _("being watched")
    EVALUATING = "evaluating", _("self-evaluation under way")
    EVALUATED = "evaluated", _("self-evaluation handed in")
    SETTLED = "settled", _("result settled")
    DROPPED = "dropped", _("not evaluated")


class YearQuerySet(ScopedQuerySet):
    """Projects by year; a unit sees its own."""

    def for_list(self) -> "YearQuerySet":
        return self.select_related("project", "unit", "region")


class ProjectYear(Stateful):
    """What a project is to reach in a year, frozen out of its approved goals when the year is opened for it.

    Money is in yuan: `initial` the budget at the beginning of the year (年初预算数), `budget` with adjustments and what was
    carried over (全年预算数 A), `executed` what was paid (全年执行数 B); `money_at` says as of when. Lamps are those of the
    last monitoring. `self_score` is the unit's own result, `score` what stands after evaluation and spot checks.
    """

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="years", db_index=False
    )
    year = _scope(FiscalYear, _("fiscal year"))
    region = _scope(Region, _("region"), editable=False)
    league = _scope(Region, None, null=True, editable=False)
    unit = _scope(Unit, _("budget unit"))
    department = _scope(Department, _("competent department"))
    category = _scope(ProjectCategory, _("category"), null=True)
    version = models.PositiveIntegerField(_("version of the application"), default=0)
    initial = money(_("budget at the beginning of the year"), default=0)
    budget = money(_("budget of the whole year"), default=0)
    executed = money(_("executed"), default=0)
    carried_over = money(_("of it carried over from last year"), default=0)
    money_at = models.DateTimeField(_("figures of money as of"), null=True)
    goal_lamp = models.CharField(_("lamp of the goals"), max_length=6, choices=Lamp, blank=True)
    budget_lamp = models.CharField(_("lamp of the budget"), max_length=6, choices=Lamp, blank=True)
    lamp_month = models.PositiveSmallIntegerField(_("lamps of month"), null=True)
    self_score = models.DecimalField(_("score by the unit"), max_digits=5, decimal_places=2, null=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(_("grade"), max_length=9, choices=Grade, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=YearState, default=YearState.RUNNING, editable=False)
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)

    objects = YearQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance of a project")
        verbose_name_plural = _("performance of projects")
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="project_year_once"),
            models.CheckConstraint(
                condition=(Q(score__isnull=True) | Q(score__gte=0, score__lte=100))
                & (Q(self_score__isnull=True) | Q(self_score__gte=0, self_score__lte=100)),
                name="project_year_score_in_points",
            ),
        ]
        indexes = [
            models.Index(fields=["year", "-id"], name="project_year_year"),
            models.Index(fields=["league", "year", "-id"], name="project_year_league"),
            models.Index(fields=["region", "year", "-id"], name="project_year_region"),
            models.Index(fields=["unit", "year", "-id"], name="project_year_unit"),
            # Home pages count the red ones of a league or of all; they are few.
            models.Index(
                fields=["year", "league", "region", "unit"],
                name="project_year_red",
                condition=Q(goal_lamp="red") | Q(budget_lamp="red"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year_id}"

    def get_absolute_url(self) -> str:
        return reverse("performance:year", args=[self.pk])

    @property
    def execution_rate(self) -> Decimal | None:
        """Executed of the budget of the whole year, in per cent; nothing where there was no budget."""
        return execution_rate(self.budget, self.executed)


class Target(models.Model):
    """One indicator of a project's year: its target and its points.

    `value` is empty for indicators in words and where the application's words are no number; `words` is what it says.
    `latest` is the value that counts.
    """

    of = models.ForeignKey(
        ProjectYear,
        verbose_name=_("performance of a project"),
        on_delete=models.PROTECT,
        related_name="targets",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("line number"))
    kind = models.CharField(_("kind of indicator"), max_length=12, choices=IndicatorKind)
    content = models.CharField(_("indicator"), max_length=300)
    nature = models.CharField(_("comparison"), max_length=11, choices=IndicatorNature)
    value = quantity(_("target value"), null=True)
    words = models.CharField(_("target in words"), max_length=60, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    weight = models.DecimalField(pgettext_lazy("of an indicator", "weight"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source of the value"), max_length=10, choices=GoalSource, default=GoalSource.MANUAL)
    scoring = models.CharField(_("scoring rule"), max_length=500, blank=True)
    is_core = models.BooleanField(_("core indicator"), default=False)
    library = models.CharField(_("code in the library"), max_length=30, blank=True)
    latest = models.ForeignKey(
        "ActualValue", verbose_name=_("value that counts"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("target of a year")
        verbose_name_plural = _("targets of years")
        ordering = ["of", "number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="target_once"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=100), name="target_weight_in_points"),
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.said}".rstrip()

    @property
    def group(self) -> GoalGroup:
        """The first-level indicator it stands under."""
        return GROUP_OF[self.kind]

    @property
    def said(self) -> str:
        """The target as tables print it: ≥95%."""
        if self.value is None or self.nature == IndicatorNature.QUALITATIVE:
            return self.words
        return f"{IndicatorNature(self.nature).label}{format_quantity(self.value)}{self.measure}"
