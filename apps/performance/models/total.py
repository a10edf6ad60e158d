"""What the years of projects come to, by budget unit: what reports of many projects read instead of their rows."""

from django.db import models

from apps.codes.models import FiscalYear
from apps.performance.models.scheme import Grade
from apps.performance.models.year import Lamp, money
from apps.regions.models import Department, Region, Unit
from imbudget.kit.querysets import ScopedQuerySet

LAMPS = ("goal", "budget")
STEPS = range(10)


def _key(model: type[models.Model], **kwargs: object) -> models.ForeignKey:
    """A key of a derived row: those to its years hold it."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **kwargs
    )  # type: ignore[misc]


def _count() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0)


class YearTotal(models.Model):
    """The project years of one budget unit under one department, added up by `fold_totals`; never written otherwise.

    Amounts are in yuan. `most_left` is the largest amount that one of the projects has not executed of its budget.
    Projects are counted by the colour of each lamp (the rest has no lamp), by score in steps of ten points (`step_9` is
    90 to 100; the rest has no score) and by grade.
    """

    year = _key(FiscalYear)
    region = _key(Region)
    league = _key(Region, null=True)
    unit = _key(Unit)
    department = _key(Department)
    projects = _count()
    budget = money("budget", default=0)
    executed = money("executed", default=0)
    most_left = money("most left", default=0)
    goal_red, goal_yellow, goal_green, goal_blue = _count(), _count(), _count(), _count()
    budget_red, budget_yellow, budget_green, budget_blue = _count(), _count(), _count(), _count()
    step_0, step_1, step_2, step_3, step_4 = _count(), _count(), _count(), _count(), _count()
    step_5, step_6, step_7, step_8, step_9 = _count(), _count(), _count(), _count(), _count()
    grade_excellent, grade_good, grade_fair, grade_poor = _count(), _count(), _count(), _count()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            # Rows of one year differ in department or place only where a project has moved.
            models.UniqueConstraint(
                fields=["unit", "year", "department", "region", "league"],
                name="year_total_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["year", "region"], name="year_total_region"),
            models.Index(fields=["year", "league"], name="year_total_league"),
            models.Index(fields=["year", "department"], name="year_total_department"),
        ]

    def __str__(self) -> str:
        return f"{self.year_id} {self.unit_id}: {self.projects}"


LAMP_COUNTS = {of: {lamp: f"{of}_{lamp.value}" for lamp in Lamp} for of in LAMPS}
STEP_COUNTS = [f"step_{step}" for step in STEPS]
GRADE_COUNTS = {grade: f"grade_{grade.value}" for grade in Grade}
COUNTS = [*(name for names in LAMP_COUNTS.values() for name in names.values()), *STEP_COUNTS, *GRADE_COUNTS.values()]


class StaleTotal(models.Model):
    """A unit and year one of whose project years changed: appended by a trigger, taken away by the fold.

    Keys are not held, so that nobody waits for them.
    """

    unit = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"


class TotalFold(models.Model):
    """The one row that says as of when the totals stand: the fold began then, and saw all that was there."""

    single = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(single=1), name="total_fold_single")]

    def __str__(self) -> str:
        return str(self.at)
