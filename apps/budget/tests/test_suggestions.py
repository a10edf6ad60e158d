"""Suggestions from the accepted sheets of past years: by unit, summed up, tried, and who may see them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import BackTest, SeriesBreak, Suggestion
from apps.budget.selectors.suggestions import back_tested, beside_lines, region_suggestions, suggestions
from apps.budget.tests.factories import SYSTEM, line, make_sheet, officer_of
from apps.codes.tests.factories import make_codes
from imbudget.kit.errors import NotAllowed

YEARS = {2024: "100.00", 2025: "110.00", 2026: "121.00"}


@pytest.fixture
def history(world):
    """Three years of wages of one unit; of office expenses the last two only."""
    for year, amount in YEARS.items():
        codes = make_codes(year)
        lines = [line(codes, amount)]
        if year > 2024:
            lines.append(line(codes, "50.00", department_economic=codes.office))
        make_sheet(codes, world.unit, lines, "accepted", year=year)
    services.compute_suggestions(SYSTEM, 2027)
    return world


def test_three_years_give_a_figure_and_two_a_reason(history):
    wages, office = suggestions(history.unit, 2027)
    assert (wages.code, wages.amount, wages.last, wages.points) == ("30101", Decimal("130.59"), Decimal("121.00"), 3)
    assert (office.code, office.amount, office.gap) == ("30201", None, "few")


def test_after_a_change_of_policy_there_is_a_reason_instead_of_a_figure(history):
    SeriesBreak.objects.create(code="301", year_id=2026, reason="工资改革")
    services.compute_suggestions(SYSTEM, 2027)
    assert suggestions(history.unit, 2027).get(code="30101").gap == "break"


def test_regions_are_sums_of_their_units(history):
    rows = {row.code: row for row in region_suggestions(history.tree.root, 2027, below=True)}
    assert (rows["30101"].amount, rows["30101"].blank) == (Decimal("130.59"), 0)
    assert (rows["30201"].amount, rows["30201"].blank) == (Decimal("50.00"), 1)
    assert region_suggestions(history.tree.root, 2027, below=False) == []


def test_the_method_is_tried_on_the_last_known_year(history):
    tested = back_tested(2027, whole=True)
    assert tested.series == 1
    assert tested.is_better
    assert BackTest.objects.get().naive_error == Decimal("11.00")


def test_a_sheet_shows_what_is_asked_beside_what_is_suggested(history):
    sheet = make_sheet(history.codes, history.unit, [line(history.codes, "900.00")])
    first, second = beside_lines(sheet)
    assert (first.asked, first.suggestion.amount) == (Decimal("900.00"), Decimal("130.59"))
    assert second.asked is None


def test_only_the_upper_office_computes(history):
    with pytest.raises(NotAllowed):
        services.compute_suggestions(officer_of(history.unit.region), 2027)
    assert Suggestion.objects.exists()


def test_pages_show_it(history, django_assert_max_num_queries):
    client = client_of("banner_officer", history.unit.region)
    with django_assert_max_num_queries(25):
        page = client.get(f"{reverse('budget:forecast')}?year=2027")
    assert "130.59" in page.content.decode()
    assert client.post(reverse("budget:forecast_compute"), {"year": "2027"}).status_code == 403
