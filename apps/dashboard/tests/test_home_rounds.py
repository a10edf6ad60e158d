"""The home page is about the round that runs: a unit begins its second submission there once figures are issued."""

import pytest

from apps.accounts.tests.factories import client_of
from apps.budget.models import BudgetSheet, RoundPlan
from apps.budget.tests.controlled import give
from apps.budget.tests.factories import World, line, make_sheet

pytestmark = pytest.mark.django_db


def test_a_unit_begins_the_round_that_runs_and_finds_the_other_one(world: World):
    first = make_sheet(world.codes, world.unit, [line(world.codes, "100.00")], "accepted")
    clerk = client_of("unit_clerk", world.unit)
    home = clerk.get("/")
    assert home.context["now"].round == "first_up"
    give(world, "100.00", "100.00", "100.00", issued=False)
    assert clerk.get("/").context["now"].round == "first_up"  # what is only worked out binds nobody yet
    give(world, "100.00", "100.00", "100.00")
    home = clerk.get("/")
    assert home.context["now"].round == "second_up"
    assert [each.round for each in home.context["rounds"]] == ["first_up", "second_up"]
    assert clerk.post(f"/budget/sheets/open/?{home.context['now'].query}").status_code == 302
    assert BudgetSheet.objects.filter(unit=world.unit, round="second_up").exists()
    earlier = clerk.get(f"/?{home.context['rounds'][0].query}")
    assert [row["sheet"] for row in earlier.context["own_units"]] == [first]


def test_figures_of_one_region_say_nothing_of_another(world: World):
    make_sheet(world.codes, world.unit, [line(world.codes, "100.00")], "accepted")
    give(world, "100.00", "100.00", "100.00")
    assert client_of("banner_officer", world.tree.banner).get("/").context["now"].round == "second_up"
    assert client_of("banner_officer", world.tree.neighbour).get("/").context["now"].round == "first_up"
    assert client_of("league_officer", world.tree.league).get("/").context["now"].round == "first_up"


def test_where_units_hand_in_once_there_is_nothing_to_choose(world: World):
    RoundPlan.objects.create(region=world.unit.region, year_id=2027, has_first_up=False, has_first_down=False)
    home = client_of("unit_clerk", world.unit).get("/")
    assert home.context["now"].round == "second_up"
    assert home.context["rounds"] == []
