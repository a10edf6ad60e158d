"""Figures of performance on the map and cards of home pages: they count the rows that their links lead to."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.codes.tests.factories import YEAR
from apps.dashboard.models import Figure
from apps.dashboard.services import refresh_figures
from apps.performance.homecards import CARDS
from apps.performance.measures import MEASURES
from apps.performance.models import ProjectYear
from apps.performance.tests.factories import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(world):
    """Three projects of a unit: red by its goals, red by its budget and scored, green and scored."""
    rows = [make_year(world) for _number in range(3)]
    for of, values in zip(
        rows,
        ({"goal_lamp": "red"}, {"budget_lamp": "red", "score": "60"}, {"goal_lamp": "green", "score": "95.5"}),
        strict=True,
    ):
        ProjectYear.objects.filter(pk=of.pk).update(**values)
    return rows


def figures(name: str) -> list[Decimal]:
    return [row.value for row in Figure.objects.filter(measure=name, year=YEAR, month=0)]


def test_figures_are_those_of_the_rows(three):
    refresh_figures()
    assert {name: figures(name) for name, one in MEASURES.items() if one.statement} == {
        "performance_watched": [3],
        "performance_red": [2],
        "performance_lit": [3],
        "performance_points": [Decimal("155.5")],
        "performance_full": [200],
    }


def test_figures_of_units_add_up_to_those_of_their_region(three):
    refresh_figures()
    region, unit = three[0].region_id, three[0].unit_id
    for name, measure in MEASURES.items():
        if measure.statement:
            assert [of for of, _count in measure.units(region, YEAR).values()] == figures(name), name
            assert set(measure.units(region, YEAR)) == {unit}


def test_a_dropped_project_counts_nowhere(three):
    ProjectYear.objects.filter(pk=three[0].pk).update(state="dropped")
    refresh_figures()
    assert (figures("performance_watched"), figures("performance_red")) == ([2], [1])


def test_the_link_of_red_projects_leads_to_them(three):
    client = client_of("banner_officer", three[0].region)
    address = MEASURES["performance_red"].rows(YEAR, region=three[0].region_id)
    text = client.get(address).content.decode()
    assert [of.project.name in text for of in three] == [True, True, False]


def test_parts_of_ratios_are_not_offered(three):
    client = client_of("banner_officer", three[0].region)
    refresh_figures()
    text = client.get(reverse("dashboard:region"), {"year": YEAR}).content.decode()
    assert "performance_red_share" in text
    assert "performance_points" not in text


def test_the_office_sees_its_red_projects_and_a_bounded_number_of_queries(
    three, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("apps.performance.homecards.year_at_work", lambda: YEAR)
    officer = make_actor("banner_officer", three[0].region)
    with django_assert_max_num_queries(2):
        card = CARDS["performance of projects"].read(officer)
    assert [line.count for line in card.lines] == [2]


def test_a_unit_without_work_has_no_card(three):
    assert CARDS["performance to do"].read(make_actor("unit_clerk", three[0].unit)).lines == ()
