"""Evaluations of a project's year: by its unit, its department, the finance office; every line with what it was scored by."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.performance.models.actual import ActualValue
from apps.performance.models.framework import FrameworkItem, FrameworkPart
from apps.performance.models.scheme import EvaluationKind, Grade, Scheme
from apps.performance.models.year import ProjectYear, Target, money
from apps.projects.models.goals import GoalGroup
from apps.regions.models import Department, Region, Unit
from imbudget.kit.formats import format_quantity
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


def score_field(label: str, **kwargs: object) -> models.DecimalField:
    """Points."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, **kwargs)  # type: ignore[arg-type]


class EvaluationState(models.TextChoices):
    """Only an approved evaluation counts."""

    DRAFT = "draft", pgettext_lazy("evaluation", "draft")
    SUBMITTED = "submitted", pgettext_lazy("evaluation", "under approval")
    RETURNED = "returned", pgettext_lazy("evaluation", "returned")
    APPROVED = "approved", pgettext_lazy("evaluation", "approved")


EDITABLE = (EvaluationState.DRAFT, EvaluationState.RETURNED)


class EvaluationQuerySet(ScopedQuerySet):
    """Evaluations; a unit sees its own."""

    def for_list(self) -> "EvaluationQuerySet":
        return self.select_related("of__project", "unit", "region")

    def missing(self) -> "EvaluationQuerySet":
        """未报."""
        return self.filter(state__in=EDITABLE)


class Evaluation(Stateful):
    """绩效自评表 or an evaluation report. Amounts in yuan; figures and scores are frozen when it is handed in.

    `computed` is what the lines come to by the formulas, `score` what stands after points that an evaluator gave and after
    spot checks; `unscored` is how many points nothing could be said about. `grade` is by the limits of `scheme`.
    """

    of = models.ForeignKey(
        ProjectYear, verbose_name=_("performance of a project"), on_delete=models.PROTECT, related_name="evaluations"
    )
    year = models.ForeignKey(
        FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind of evaluation"), max_length=10, choices=EvaluationKind)
    scheme = models.ForeignKey(
        Scheme, verbose_name=_("scheme of evaluation"), on_delete=models.PROTECT, related_name="+", db_index=False
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
    due = models.DateField(_("to be handed in by"), null=True, blank=True)
    initial = money(_("budget at the beginning of the year"), default=0)
    budget = money(_("budget of the whole year"), default=0)
    executed = money(_("executed"), default=0)
    carried_over = money(_("of it carried over from last year"), default=0)
    execution_weight = score_field(_("points of budget execution"), default=0)
    execution_score = score_field(_("points for execution"), null=True)
    execution_reason = models.CharField(_("why execution deviates"), max_length=1000, blank=True)
    expected_goal = models.CharField(_("expected goal of the year"), max_length=2000, blank=True)
    actual_goal = models.CharField(_("what was actually reached"), max_length=2000, blank=True)
    analysis = models.CharField(_("deviations and how they are mended"), max_length=4000, blank=True)
    computed = score_field(_("computed score"), null=True)
    score = score_field(_("score"), null=True)
    unscored = score_field(_("points not scored"), default=0)
    grade = models.CharField(_("grade"), max_length=9, choices=Grade, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=EvaluationState, default=EvaluationState.DRAFT, editable=False
    )
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("filled in by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "kind"],
                name="evaluation_once",
                violation_error_message=_("This project's year is evaluated in this way already."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="evaluation_score_in_points"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "year", "state", "-id"], name="evaluation_region"),
            models.Index(fields=["league", "year", "state", "-id"], name="evaluation_league"),
            models.Index(fields=["unit", "year", "-id"], name="evaluation_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.of} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("performance:evaluation", args=[self.pk])

    @property
    def is_fillable(self) -> bool:
        """Whether it is still being filled in."""
        return self.state in EDITABLE


class EvaluationLine(models.Model):
    """One indicator or one item of the framework with its points.

    `computed` is by the formula, empty with `gap` where nothing could be computed; `given` what an evaluator gave instead,
    `lowered` what a spot check left. All three are kept. `reason` explains a deviation, an over-achievement or a gap.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="lines")  # a part of it
    number = models.PositiveIntegerField(_("line number"))
    target = models.ForeignKey(
        Target,
        verbose_name=_("target of a year"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    item = models.ForeignKey(
        FrameworkItem,
        verbose_name=_("item of the framework"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    weight = score_field(_("points"))
    value = models.ForeignKey(
        ActualValue,
        verbose_name=_("value reached"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    ticks = models.JSONField(_("found in order"), null=True)
    computed = score_field(_("computed score"), null=True)
    gap = models.CharField(_("why it is not scored"), max_length=9, blank=True)
    given = score_field(_("points given"), null=True, blank=True)
    lowered = score_field(_("points after the spot check"), null=True)
    is_over = models.BooleanField(_("over-achieved"), default=False)
    is_off = models.BooleanField(_("target badly set"), default=False)
    reason = models.CharField(_("reason and measures"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("line of an evaluation")
        verbose_name_plural = _("lines of evaluations")
        ordering = ["evaluation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="evaluation_line_once"),
            models.CheckConstraint(
                condition=Q(target__isnull=False, item__isnull=True) | Q(target__isnull=True, item__isnull=False),
                name="evaluation_line_of_one",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__gte": 0, f"{name}__lte": models.F("weight")}),
                    name=f"evaluation_line_{name}",
                    violation_error_message=_("Points are between 0 and the points of the line."),
                )
                for name in ("computed", "given", "lowered")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.target or self.item}"

    @property
    def score(self) -> Decimal | None:
        """What counts: after the spot check, else given, else computed; None where it is not scored."""
        return next((one for one in (self.lowered, self.given, self.computed) if one is not None), None)

    @property
    def first(self) -> object:
        """一级指标 as tables print it."""
        if self.item is not None:
            return FrameworkPart(self.item.part).label
        return GoalGroup(self.target.group).label if self.target is not None else ""

    @property
    def second(self) -> object:
        """二级指标."""
        if self.item is not None:
            return self.item.second
        return self.target.get_kind_display() if self.target is not None else ""

    @property
    def third(self) -> str:
        """三级指标."""
        return self.item.name if self.item is not None else self.target.content if self.target is not None else ""

    @property
    def reached(self) -> str:
        """年度实际完成值; empty where there is none."""
        if self.value is None or self.target is None:
            return ""
        if self.value.value is not None:
            return f"{format_quantity(self.value.value)}{self.target.measure}"
        return self.value.said
