"""Likely duplicates: near names in the same region, scored; never the project itself or what it continues."""

import pytest

from apps.codes.tests.factories import make_codes
from apps.projects import services
from apps.projects.models import Project
from apps.projects.selectors.duplicates import dice, pairs_of, similar_to
from apps.projects.tests.applications import apply_for, clerk

pytestmark = pytest.mark.django_db


def test_likeness_is_what_two_names_share():
    assert dice(pairs_of("草原围栏"), pairs_of("草原围栏")) == 1
    assert dice(pairs_of("草原围栏"), pairs_of("城市道路")) == 0
    assert dice(pairs_of("草原(围栏)"), pairs_of("草原（围栏）")) == 1
    assert 0.5 < dice(pairs_of("草原围栏维修项目"), pairs_of("草原围栏维护项目")) < 1
    assert dice(pairs_of(""), pairs_of("")) == 0


def test_near_names_of_the_region_are_found_the_nearest_first(world):
    mine = apply_for(world, name="退化草原补播改良", overview="", necessity="")
    same = apply_for(world, name="退化草原补播改良", overview="", necessity="")
    near = apply_for(world, name="退化草原补播改良二期", overview="", necessity="")
    apply_for(world, name="城区道路养护", overview="", necessity="")
    apply_for(world, unit=world.neighbour_unit, name="退化草原补播改良")
    found = similar_to(mine)
    assert [row.project for row in found] == [same, near]
    assert found[0].percent == 100
    assert 50 <= found[1].percent < 100


def test_the_purpose_counts_beside_the_name(world):
    mine = apply_for(world, name="草原补播改良", overview="在退化草场补种牧草", necessity="")
    like = apply_for(world, name="草原补播工程", overview="在退化草场补种牧草", necessity="")
    other = apply_for(world, name="草原补播试点", overview="城区街道路灯更换", necessity="")
    scores = {row.project: row.score for row in similar_to(mine)}
    assert scores[like] > 0.5
    assert other not in scores


def test_what_a_project_continues_and_what_was_given_up_is_no_duplicate(world):
    make_codes(2028)
    project = apply_for(world)
    copy = services.copy_from(clerk(world.unit), project, year=2028)
    gone = apply_for(world)
    services.abandon_project(clerk(world.unit), gone)
    assert similar_to(copy) == []
    assert similar_to(project) == []


def test_the_number_of_queries_does_not_grow(world, django_assert_num_queries):
    mine = apply_for(world)
    rows = [
        Project(
            unit=world.unit, code=f"15010227X{number:012d}", name=f"退化草原补播改良{number}", setup_year=2027,
            start_year=2027, end_year=2027, search_key=f"退化草原补播改良{number}",
        )
        for number in range(300)
    ]  # fmt: skip
    Project.objects.bulk_create(rows)
    with django_assert_num_queries(3):  # names, purposes of the nearest, the rows that are shown
        assert len(similar_to(mine, most=9)) == 9
