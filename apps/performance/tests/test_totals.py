"""Totals of units are what their project years come to within a fold, whoever writes them; the self check sees all of them."""

from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from apps.budget.tests.factories import make_world
from apps.performance import selfchecks
from apps.performance.models import COUNTS, ProjectYear, StaleTotal, Target, TotalFold, YearTotal
from apps.performance.selectors.totals import by_place, most_left, totals_at, whole
from apps.performance.services import fold_totals, rebuild_totals
from apps.performance.services.totals import totals_apart
from apps.performance.tests.factories import make_year
from imbudget.kit.selfchecks import CheckFailed
from imbudget.kit.testing.upon import kept_upon

pytestmark = pytest.mark.django_db
# budget, executed, lamp of the goals, of the budget, score, grade
ROWS = (
    ("1000.10", "400", "red", "red", None, ""), ("500", "500", "", "green", "0", "poor"), ("0", "0", "blue", "", "9.99", "poor"),
    ("300", "450.05", "green", "yellow", "10", "poor"), ("80", "20", "yellow", "blue", "89.99", "good"),
    ("70", "70", "green", "green", "90", "excellent"), ("60", "1", "green", "green", "100", "excellent"),
)  # fmt: skip


def put(of: ProjectYear, row: tuple[Any, ...]) -> None:
    names = ("budget", "executed", "goal_lamp", "budget_lamp", "score", "grade")
    ProjectYear.objects.filter(pk=of.pk).update(**dict(zip(names, row, strict=True)))


@kept_upon(make_world)
def make_years(world: Any) -> list[ProjectYear]:
    """Seven projects of one unit, as the rows say; nothing is folded yet."""
    years = [make_year(world, name=f"项目{place}") for place in range(len(ROWS))]
    for of, row in zip(years, ROWS, strict=True):
        put(of, row)
    return years


@pytest.fixture
def years(world):
    return make_years(world)


def test_a_fold_counts_what_is_there(years):
    assert (fold_totals(), StaleTotal.objects.count()) == (1, 0)
    total = YearTotal.objects.get()
    of = years[0]
    assert (total.unit_id, total.department_id, total.region_id, total.league_id, total.year_id) == (
        of.unit_id, of.department_id, of.region_id, of.league_id, of.year_id,
    )  # fmt: skip
    assert (total.projects, total.budget, total.executed, total.most_left) == (
        7, Decimal("2010.10"), Decimal("1441.05"), Decimal("600.10"),
    )  # fmt: skip
    counts = {name: getattr(total, name) for name in COUNTS if getattr(total, name)}
    assert counts == {
        "goal_red": 1, "goal_yellow": 1, "goal_green": 3, "goal_blue": 1,
        "budget_red": 1, "budget_yellow": 1, "budget_green": 3, "budget_blue": 1,
        "step_0": 2, "step_1": 1, "step_8": 1, "step_9": 2, "grade_poor": 3, "grade_good": 1, "grade_excellent": 2,
    }  # fmt: skip
    sums = whole(YearTotal.objects.all())
    assert (sums["projects"], sums["budget"], sums["step_9"]) == (7, Decimal("2010.10"), 2)
    nothing = whole(YearTotal.objects.none())
    assert (nothing["projects"], nothing["step_9"], nothing["budget"]) == (0, 0, None)


def test_every_write_is_marked_and_the_time_moves_on(world, years):
    fold_totals()
    first = totals_at()
    assert first <= timezone.now()
    assert fold_totals() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE performance_projectyear SET executed = 1 WHERE id = %s", [years[1].pk])
    assert (totals_apart(5), fold_totals(), totals_apart(5)) == ([], 1, [])
    assert YearTotal.objects.get().executed == Decimal("942.05")
    other = world.neighbour_unit
    ProjectYear.objects.filter(pk=years[0].pk).update(unit=other, department=other.department, region=other.region)
    assert fold_totals() == 2
    assert sorted(YearTotal.objects.values_list("unit", "projects")) == sorted([(world.unit.pk, 6), (other.pk, 1)])
    Target.objects.filter(of=years[0]).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM performance_projectyear WHERE id = %s", [years[0].pk])
    assert fold_totals() == 1
    assert list(YearTotal.objects.values_list("unit", "projects")) == [(world.unit.pk, 6)]
    assert TotalFold.objects.count() == 1
    assert totals_apart(5) == []


def test_the_self_check_finds_what_was_written_past_the_marks_and_rebuilding_mends_it(years):
    assert "0 totals agree" in selfchecks.totals()  # all of it waits
    fold_totals()
    assert "1 totals agree with 7 years" in selfchecks.totals()
    YearTotal.objects.update(step_9=5)
    with pytest.raises(CheckFailed, match=f"unit {years[0].unit_id} in {years[0].year_id}"):
        selfchecks.totals()
    assert fold_totals() == 0
    rebuild_totals()
    assert YearTotal.objects.get().step_9 == 2
    YearTotal.objects.all().delete()
    with pytest.raises(CheckFailed):
        selfchecks.totals()
    rebuild_totals()
    YearTotal.objects.create(year_id=years[0].year_id - 1, region_id=1, unit_id=10**6, department_id=1, projects=1)
    with pytest.raises(CheckFailed, match="unit 1000000"):
        selfchecks.totals()


def test_another_fold_at_work_is_not_waited_for(years):
    options = {name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"}
    options.pop("context", None)
    with psycopg.connect(**options, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7034)")
        assert (fold_totals(), YearTotal.objects.count(), totals_at()) == (0, 0, None)
        other.execute("SELECT pg_advisory_unlock(7034)")
    assert fold_totals() == 1


def test_who_left_most_is_found_through_the_units(world, years):
    units = (world.neighbour_unit, world.league_unit, world.far_unit)
    for of, unit in zip(years, units, strict=False):
        ProjectYear.objects.filter(pk=of.pk).update(unit=unit, department=unit.department)
    fold_totals()
    rows = ProjectYear.objects.all()
    by_hand = sorted((of for of in rows if of.budget > of.executed), key=lambda of: (of.executed - of.budget, of.pk))
    for most in (1, 2, 3, 12):
        assert most_left(YearTotal.objects.all(), rows, most) == by_hand[:most]
    own = {"unit": world.unit.pk}
    assert most_left(YearTotal.objects.filter(**own), rows.filter(**own), 12) == [
        of for of in by_hand if of.unit_id == world.unit.pk
    ]
    assert [row["unit"] for row in by_place(YearTotal.objects.all(), "unit", 2)] == [
        world.neighbour_unit.pk, world.unit.pk,
    ]  # fmt: skip
