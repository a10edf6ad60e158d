"""Visual reports: charts and tables of the same figures, of what the reader sees, in a bounded number of questions."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from apps.accounts.tests.factories import client_of
from apps.codes.tests.factories import YEAR
from apps.performance.models import ProjectYear, ScheduleCurve
from apps.performance.selectors.totals import totals_at
from apps.performance.services import fold_totals
from apps.performance.tests.evaluating import record
from apps.performance.tests.factories import make_year
from apps.reports.tests.evaluated import words
from apps.reports.visual.figures import attained, of_project
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(world: Any) -> ProjectYear:
    """A million of which 900,000 are executed; the first two targets are measured."""
    of = make_year(world)
    first, second, *_rest = of.targets.order_by("number")
    record(first, "1800")
    record(second, "96")
    ProjectYear.objects.filter(pk=of.pk).update(
        budget=Decimal("1000000"), executed=Decimal("900000"), goal_lamp="red", score=Decimal("100"), grade="excellent",
        money_at=f"{YEAR}-06-30T12:00:00+08:00",
    )  # fmt: skip
    of.refresh_from_db()
    return of


@pytest.mark.parametrize(
    ("nature", "target", "value", "share"),
    [
        ("at_least", 100, 90, 90), ("at_least", 100, 250, 250), ("at_least", 100, -5, 0), ("equal", 50, 25, 50),
        ("at_most", 100, 80, 100), ("at_most", 100, 100, 100), ("at_most", 100, 200, 50),
        ("at_least", 0, 5, None), ("at_most", 0, 5, None), ("at_least", 100, None, None), ("qualitative", None, None, 85),
    ],
)  # fmt: skip
def test_attainment_by_nature(nature, target, value, share):
    of = SimpleNamespace(nature=nature, value=None if target is None else Decimal(target))
    reached = SimpleNamespace(value=None if value is None else Decimal(value), share=Decimal(85))
    assert attained(of, reached) == (None if share is None else Decimal(share))
    assert attained(of, None) is None


def test_the_report_of_a_project_draws_its_indicators_and_its_schedule(year):
    ScheduleCurve.objects.create(of=year, shares=[0, 0, 0, 0, 20, 60, 80, 100, 100, 100, 100, 100], source="播种季节")
    made = of_project(year)
    attainment, execution = made.pictures
    assert attainment.series[0][1][:3] == [Decimal(90), Decimal(96) * 100 / 95, None]
    (_expected, shares), (_executed, paid) = execution.series
    assert (shares[4], shares[5], paid[5], paid[4]) == (20, 60, 90, None)
    assert execution.note == "播种季节"


def test_page_and_paper_say_the_same(year):
    client = client_of("unit_clerk", year.unit)
    page = client.get(reverse("reports:visual_year", args=[year.pk]))
    text = html.text(page) if hasattr(html, "text") else page.content.decode()
    paper = client.get(reverse("reports:visual_year_file", args=[year.pk]))
    assert paper.status_code == 200
    for said in ("90.0%", "101.1%", "50.0%"):
        assert said in text
        assert said in words(paper.content)
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode().split("<main")[1]


def test_the_report_of_a_region_ties(world, year):
    other = make_year(world, name="另一个项目")
    ProjectYear.objects.filter(pk=other.pk).update(
        budget=500000, executed=1000, score=55, grade="poor", budget_lamp="green"
    )
    fold_totals()
    client = client_of("banner_officer", year.region)
    text = client.get(reverse("reports:visual"), {"year": YEAR}).content.decode()
    for said in ("1,500,000.00", "901,000.00", "另一个项目", "499,000.00"):
        assert said in text, said
    paper = words(client.get(reverse("reports:visual_file"), {"year": YEAR}).content)
    for said in ("1,500,000.00", "901,000.00", "499,000.00", "90–100"):
        assert said in paper, said


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [("unit_clerk", "unit", 200), ("league_officer", "league", 200), ("banner_officer", "neighbour", 404),
     ("expert", "banner", 403), ("finance_leader", "banner", 200)],
)  # fmt: skip
def test_who_sees_it(world, year, role, place, status):
    client = client_of(role, world.unit if place == "unit" else getattr(world.tree, place))
    for name in ("visual_year", "visual_year_file"):
        assert client.get(reverse(f"reports:{name}", args=[year.pk])).status_code == status
    asked = {"year": YEAR, "unit": world.unit.pk}
    for name in ("visual", "visual_file"):
        assert client.get(reverse(f"reports:{name}"), asked).status_code == status


def test_odd_questions_are_not_found_and_an_empty_year_says_so(world, year):
    fold_totals()
    client = client_of("banner_officer", year.region)
    for query in ("year=x", "region=99999999999", "unit=%00", "department=-1", "region=999999999"):
        assert client.get(f"{reverse('reports:visual')}?{query}").status_code == 404, query
    empty = client.get(reverse("reports:visual"), {"year": YEAR + 1}).content.decode()
    assert 'class="empty"' in empty
    assert "<svg viewBox" not in empty.split("<main")[1]


def test_before_the_totals_are_counted_nothing_is_said_of_them(year):
    client = client_of("banner_officer", year.region)
    before = client.get(reverse("reports:visual"), {"year": YEAR}).content.decode()
    assert "数据尚未计算" in before
    assert "<svg viewBox" not in before.split("<main")[1]
    assert "1,000,000.00" not in words(client.get(reverse("reports:visual_file"), {"year": YEAR}).content)
    fold_totals()
    text = client.get(reverse("reports:visual"), {"year": YEAR}).content.decode()
    assert "1,000,000.00" in text
    assert date_format(localtime(totals_at()), "DATETIME_FORMAT") in text


def test_the_totals_are_those_of_what_is_seen(world, year):
    """A unit sees its own sums, a banner its banner's, whatever the address asks for."""
    other = make_year(world, name="邻旗的项目")
    there = world.neighbour_unit
    ProjectYear.objects.filter(pk=other.pk).update(
        unit=there, department=there.department, region=there.region, budget=7777, executed=0
    )
    fold_totals()
    asked = {"year": YEAR}
    for role, place, sums in (
        ("unit_clerk", year.unit, "1,000,000.00"),
        ("banner_officer", there.region, "7,777.00"),
        ("league_officer", world.tree.league, "1,007,777.00"),
    ):
        text = client_of(role, place).get(reverse("reports:visual"), asked).content.decode()
        assert sums in text, role
        assert ("邻旗的项目" in text) == (role != "unit_clerk")


def test_more_projects_ask_no_more_questions(world, year, django_assert_max_num_queries):
    client = client_of("banner_officer", year.region)
    fold_totals()
    client.get(reverse("reports:visual"), {"year": YEAR})
    for number in range(3):
        with django_assert_max_num_queries(24):
            client.get(reverse("reports:visual"), {"year": YEAR})
        make_year(world, name=f"又一个{number}")
        ProjectYear.objects.update(budget=Decimal(1000))
        fold_totals()
