"""Goals that are approved after a year was opened come into it while nobody evaluates it, and never under what was recorded."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
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


def others(of, goals) -> None:
    """The goals as an approved change leaves them; nobody has opened the year again."""
    make_goals(of.project, goals)
    Project.objects.filter(pk=of.project_id).update(version=of.version + 1)


def page_of(of, role: str = "banner_officer") -> tuple[str, str]:
    """What the page of the year says of the goals, and the page."""
    client = client_of(role, of.unit if role.startswith("unit") else of.region)
    page = client.get(of.get_absolute_url())
    return page.context["goals_changed"], page.content.decode()


def test_the_year_says_that_goals_were_changed_and_who_opens_years_takes_them_over(world):
    of = make_year(world)
    link, note = f'href="{reverse("performance:years_open")}?year={of.year_id}"', 'class="note warning"'
    assert page_of(of)[0] == ""
    others(of, GOALS)  # another version of the application that says the same
    changed, page = page_of(of)
    assert (changed, note in page) == ("", False)
    others(of, [(*GOALS[0][:3], "1000", *GOALS[0][4:]), *GOALS[1:]])
    changed, page = page_of(of)
    assert (changed, note in page, link in page) == ("open", True, True)
    changed, page = page_of(of, "unit_clerk")
    assert (changed, note in page, link in page) == ("open", True, False)
    office = client_of("banner_officer", of.region)
    asked = office.get(f"{reverse('performance:years_open')}?year={of.year_id}")
    assert str(asked.context["form"]["year"].value()) == str(of.year_id)
    office.post(reverse("performance:years_open"), {"year": of.year_id})
    assert page_of(of)[0] == ""
    assert of.targets.get(number=1).value == D(1000)


def test_a_year_that_keeps_the_former_goals_says_so(world):
    of = make_year(world)
    record(of.targets.get(number=1), "900")
    others(of, [("quantity", "围栏长度", "at_least", "30", "公里", "90", "manual")])
    changed, page = page_of(of)
    assert changed == "kept"
    assert 'class="note warning"' in page
    assert f"{reverse('performance:years_open')}?year=" not in page


def test_a_form_that_was_handed_in_prints_the_target_as_it_was_then(world):
    office = Office(world)
    form = office.submitted()
    assert change(office.of, [(*GOALS[0][:3], "1000", *GOALS[0][4:]), *GOALS[1:]]) == 1
    page = client_of("unit_clerk", office.of.unit).get(form.get_absolute_url()).content.decode()
    assert "≥2,000亩" in page
    assert "≥1,000亩" not in page
