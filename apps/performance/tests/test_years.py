"""Opening a year freezes goals with their points; once, and by the finance office alone."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.codes.models import FiscalYear
from apps.codes.tests.factories import YEAR
from apps.performance.models import ActualValue, ProjectYear, Scheme
from apps.performance.selectors.schemes import scheme_of
from apps.performance.services import open_years
from apps.performance.tests.factories import GOALS, load_schemes, make_goals, make_year
from apps.projects.models import ProjectState
from apps.projects.tests.factories import make_project
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


def test_a_year_is_opened_once_with_stated_points(world):
    of = make_year(world)
    assert [(target.number, target.weight, target.value) for target in of.targets.all()] == [
        (number, Decimal(goal[5]), None if goal[2] == "qualitative" else Decimal(goal[3]))
        for number, goal in enumerate(GOALS, 1)
    ]
    assert (of.region_id, of.unit_id, of.department_id) == (
        of.project.region_id,
        of.project.unit_id,
        of.project.department_id,
    )
    assert open_years(make_actor("banner_officer", of.region), of.region, of.year) == 0


def test_points_left_open_come_from_the_scheme_and_add_up(world):
    goals = [(*goal[:5], None, goal[6]) for goal in GOALS] + [
        ("quantity", "二", "at_least", "1,500", "米", None, "manual")
    ]
    targets = list(make_year(world, goals).targets.all())
    assert [target.weight for target in targets] == [
        Decimal(n) for n in ("12.50", "12.50", "12.50", "15", "15", "10", "12.50")
    ]
    assert targets[-1].value == 1500
    assert sum(target.weight for target in targets) == 90


def test_rounding_goes_to_the_last_and_satisfaction_to_benefit_where_nobody_is_served(world):
    goals = [("quantity", f"项{number}", "at_least", "1", "个", None, "") for number in range(3)]
    goals += [("social", "效益", "at_least", "1", "个", None, "")]
    weights = [target.weight for target in make_year(world, goals).targets.all()]
    assert weights == [Decimal(n) for n in ("16.67", "16.67", "16.66", "40")]


def test_words_that_are_no_number_leave_the_value_empty(world):
    of = make_year(world, [("quantity", "长度", "at_least", "约2公里", "", "90", "")])
    target = of.targets.get()
    assert (target.value, target.words, target.source) == (None, "约2公里", "manual")


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.TERMINATED, ProjectState.REVIEW_PENDING])
def test_only_what_is_in_the_store_is_watched(world, state):
    load_schemes()
    project = make_project(world.codes, world.unit, state=state)
    make_goals(project)
    assert (
        open_years(make_actor("banner_officer", project.region), project.region, FiscalYear.objects.get(pk=YEAR)) == 0
    )


def test_nobody_else_opens_a_year(world):
    of = make_year(world)
    for actor in (make_actor("unit_clerk", of.unit), make_actor("league_officer", of.region.parent)):
        with pytest.raises(NotAllowed):
            open_years(actor, of.region, of.year)


def test_the_nearest_scheme_counts_and_none_is_said(world):
    region = world.unit.region
    with pytest.raises(RuleViolation, match="no scheme"):
        scheme_of(region, YEAR)
    load_schemes()
    own = {"kind": "self", "name": "本旗", "output": 40, "benefit": 40}
    Scheme.objects.create(region=region.parent, **own)
    assert (scheme_of(region, YEAR).name, scheme_of(region.get_root(), YEAR).region) == ("本旗", None)
    Scheme.objects.create(region=region, valid_from=YEAR + 1, **own)
    assert scheme_of(region, YEAR).region == region.parent
    call_command("load_performance", "schemes", verbosity=0)
    assert Scheme.objects.count() == 5


def test_a_value_is_never_changed(world):
    of = make_year(world)
    ActualValue.objects.create(target=of.targets.first(), as_of="2027-03-31", value=10, source="manual")
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        ActualValue.objects.update(value=20)


def test_list_and_page_in_a_bounded_number_of_queries(world, django_assert_max_num_queries):
    of = make_year(world)
    client = client_of("unit_clerk", of.unit)
    with django_assert_max_num_queries(16):
        assert of.project.name in client.get(reverse("performance:years"), {"year": YEAR}).content.decode()
    with django_assert_max_num_queries(14):
        text = client.get(of.get_absolute_url()).content.decode()
    assert "≥2,000亩" in text


def test_others_do_not_see_it(world):
    of = make_year(world)
    stranger = client_of("banner_officer", of.region.get_root().get_leafnodes().exclude(pk=of.region_id).first())
    assert stranger.get(of.get_absolute_url()).status_code == 404
    assert ProjectYear.objects.visible_to(make_actor("league_officer", of.region.parent)).count() == 1


def test_the_finance_office_opens_the_year_on_its_page_and_nobody_else(world):
    load_schemes()
    project = make_project(world.codes, world.unit, state=ProjectState.STORED)
    make_goals(project)
    address = reverse("performance:years_open")
    assert client_of("unit_clerk", world.unit).post(address, {"year": YEAR}).status_code == 403
    assert not ProjectYear.objects.exists()
    office = client_of("banner_officer", project.region)
    assert address in office.get(reverse("performance:years")).content.decode()
    text = office.post(address, {"year": YEAR}, follow=True).content.decode()
    assert project.name in text
    assert office.post(address, {"year": "1999"}).status_code == 422


def test_without_a_scheme_the_page_says_what_is_missing(world):
    office = client_of("banner_officer", world.unit.region)
    answer = office.post(reverse("performance:years_open"), {"year": YEAR})
    assert answer.status_code == 422
    assert "评价方案" in answer.content.decode()
