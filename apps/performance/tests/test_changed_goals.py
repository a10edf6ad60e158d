"""Goals that are approved after a year was opened come into it while nobody evaluates it, and never under what was recorded."""

from decimal import Decimal

import pytest

from apps.performance import services
from apps.performance.models import Target
from apps.performance.tests.evaluating import Office, record
from apps.performance.tests.factories import ACTOR, GOALS, make_goals, make_year
from apps.projects.models import Project

pytestmark = pytest.mark.django_db
D = Decimal


def change(of, goals) -> int:
    """The goals as an approved change leaves them, and the year opened once more."""
    make_goals(of.project, goals)
    Project.objects.filter(pk=of.project_id).update(version=of.version + 1)
    return services.open_years(ACTOR, of.region, of.year)


def said(of):
    return list(of.targets.order_by("number").values_list("content", "value", "weight"))


def test_a_project_that_had_no_goals_gets_them(world):
    of = make_year(world, [], kind="22")
    assert not of.targets.exists()
    make_goals(of.project)
    assert services.open_years(ACTOR, of.region, of.year) == 1
    assert of.targets.count() == len(GOALS)
    assert services.open_years(ACTOR, of.region, of.year) == 0


def test_what_nobody_has_used_is_laid_anew(world):
    of = make_year(world)
    assert change(of, [("quantity", "围栏长度", "at_least", "30", "公里", "90", "manual")]) == 1
    assert said(of) == [("围栏长度", D(30), D(90))]
    of.refresh_from_db()
    assert of.version == Project.objects.get(pk=of.project_id).version
    assert services.open_years(ACTOR, of.region, of.year) == 0


def test_other_targets_of_the_same_indicators_follow_and_keep_what_was_recorded(world):
    of = make_year(world)
    first = of.targets.get(number=1)
    value = record(first, "900")
    assert change(of, [(*GOALS[0][:3], "1000", *GOALS[0][4:]), *GOALS[1:]]) == 1
    first.refresh_from_db()
    assert (first.value, first.words, first.latest) == (D(1000), "1000", value)


def test_other_indicators_do_not_push_aside_what_was_recorded(world):
    of = make_year(world)
    record(of.targets.get(number=1), "900")
    before = said(of)
    assert change(of, [("quantity", "围栏长度", "at_least", "30", "公里", "90", "manual")]) == 0
    assert said(of) == before


def test_nothing_changes_under_an_evaluation(world):
    office = Office(world)
    office.evaluation("department")
    before = list(Target.objects.values_list("pk", "value"))
    assert change(office.of, [(*GOALS[0][:3], "1000", *GOALS[0][4:]), *GOALS[1:]]) == 0
    assert list(Target.objects.values_list("pk", "value")) == before
