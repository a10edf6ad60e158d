"""Reminding who has not handed in, and what the first page says about them."""

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.models import BudgetRound, Urge
from apps.budget.rounds import Round
from apps.budget.tests.factories import SYSTEM, line, make_sheet, officer_of
from apps.notices.models import Notice
from imbudget.kit.errors import NotAllowed, RuleViolation

NOW = Round(2027, BudgetRound.FIRST_UP)


def test_those_who_hold_the_sheet_are_told_once_an_hour(world):
    clerk = make_actor("unit_clerk", world.unit)
    officer = officer_of(world.unit.region)
    assert services.urge_missing(officer, world.unit.region, NOW) == 1
    assert Notice.objects.get().user_id == clerk.user_id
    with pytest.raises(RuleViolation):
        services.urge_missing(officer, world.unit.region, NOW)
    assert Notice.objects.count() == 1
    Urge.objects.update(urged_at="2026-01-01T00:00+08:00")
    assert services.urge_missing(officer, world.unit.region, NOW) == 1
    assert Urge.objects.get().times == 2


def test_nobody_is_urged_who_has_handed_in(world):
    make_sheet(world.codes, world.unit, state="submitted")
    with pytest.raises(RuleViolation):
        services.urge_missing(officer_of(world.unit.region), world.unit.region, NOW)


def test_an_upper_office_urges_its_own_units_and_the_offices_below(world):
    below = make_actor("banner_officer", world.unit.region)
    services.urge_missing(officer_of(world.tree.league), world.tree.league, NOW)
    assert below.user_id in Notice.objects.values_list("user_id", flat=True)
    assert not Notice.objects.filter(user_id=make_actor("unit_clerk", world.unit).user_id).exists()


@pytest.mark.parametrize("place", ["neighbour", "league"])
def test_strangers_urge_nobody(world, place):
    with pytest.raises(NotAllowed):
        services.urge_missing(officer_of(getattr(world.tree, place)), world.unit.region, NOW)


def test_the_page_says_who_and_what_is_in_the_way(world):
    make_sheet(world.codes, world.unit, [line(world.codes, department_economic=world.codes.unused)])
    make_actor("unit_clerk", world.unit)
    client = client_of("banner_officer", world.unit.region)
    address = f"{reverse('budget:progress')}?region={world.unit.region.pk}&{NOW.query}"
    page = client.get(address).content.decode()
    assert "?tab=checks" in page
    answer = client.post(f"{reverse('budget:urge')}?region={world.unit.region.pk}&{NOW.query}", {"unit": world.unit.pk})
    assert answer.status_code == 302
    assert Urge.objects.filter(unit=world.unit).exists()
    far = client.post(
        f"{reverse('budget:urge')}?region={world.unit.region.pk}&{NOW.query}", {"unit": world.far_unit.pk}
    )
    assert far.status_code == 302
    assert not Urge.objects.filter(unit=world.far_unit).exists()


def test_the_machine_urges_too(world):
    assert services.urge_missing(SYSTEM, world.unit.region, NOW) == 1
