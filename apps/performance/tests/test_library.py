"""The library of indicators: who adds, adapts and ends what, versions by year, what comes by files and into applications."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget.tests.factories import World
from apps.codes.tests.factories import YEAR
from apps.evidence.models import Entry
from apps.performance import services
from apps.performance.goalcatalogues import IndicatorRows, SetRows
from apps.performance.models import LibraryIndicator, ProcessKind, Scheme, SetCategory
from apps.performance.selectors.library import sets_for
from apps.performance.sharing import shared_points
from apps.performance.tests.factories import load_schemes
from apps.performance.tests.rows_goals import make_indicator, make_set
from apps.projects.demo.catalogue import BORDER, IDEAS
from apps.projects.demo.goals import goals_of
from apps.projects.models import Project, ProjectState
from apps.projects.tests.factories import CategoryFactory, make_project
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.tableimport import RowError

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")


def offered(world: World, unit: Any = None, year: int = YEAR) -> set[str]:
    rows = LibraryIndicator.objects.offered_to(unit or world.unit, year)
    return set(rows.values_list("code", flat=True))


def draft(**values: Any) -> LibraryIndicator:
    given = {"of": make_set(), "kind": "quantity", "content_zh_hans": "本地指标", "valid_from": YEAR}
    return LibraryIndicator(**given | values)


# who


def test_an_office_adds_for_its_region_and_a_unit_for_itself(world):
    banner = world.unit.region
    office = services.add_indicator(make_actor("banner_officer", banner), draft())
    own = services.add_indicator(make_actor("unit_clerk", world.unit), draft())
    assert (office.region, office.unit, office.code) == (banner, None, f"Q{banner.code}-001")
    assert (own.unit, own.region_id, own.code) == (world.unit, banner.pk, f"U{world.unit.code}-001")
    own.refresh_from_db()
    assert own.league_id == banner.league_id
    assert offered(world) == {office.code, own.code}
    assert offered(world, world.neighbour_unit) == set()
    assert Entry.objects.filter(event="performance.indicator_added").count() == 2


def test_a_unit_adds_nothing_that_no_application_states(world):
    with pytest.raises(RuleViolation, match="decision and process"):
        services.add_indicator(make_actor("unit_clerk", world.unit), draft(kind=ProcessKind.SETUP))
    services.add_indicator(make_actor("banner_officer", world.unit.region), draft(kind=ProcessKind.SETUP))
    assert offered(world) == set()


@pytest.mark.parametrize("role", ["league_officer", "auditor", "department_reviewer", "expert"])
def test_others_change_nothing(world, role):
    nodes = {"league_officer": world.tree.league, "department_reviewer": world.unit.department}
    actor = make_actor(role, nodes.get(role, world.tree.banner))
    of_region = make_indicator(region=world.tree.banner)
    of_unit = make_indicator("G002", unit=world.unit, region=world.tree.banner)
    for row in (make_indicator("G003"), of_region, of_unit):
        for act in (
            lambda row=row: services.renew_indicator(actor, row, YEAR + 1, {}),
            lambda row=row: services.end_indicator(actor, row, YEAR),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_unit_sees_what_is_shared_and_its_own(world):
    make_indicator("ALL")
    make_indicator("ROOT", region=world.tree.root)
    make_indicator("LEAGUE", region=world.tree.league)
    make_indicator("HOME", region=world.tree.banner)
    make_indicator("OTHER", region=world.tree.neighbour)
    make_indicator("MINE", unit=world.unit)
    make_indicator("THEIRS", unit=world.neighbour_unit)

    def seen(role: str, node: Any) -> set[str]:
        rows = LibraryIndicator.objects.visible_to(make_actor(role, node))
        return set(rows.values_list("code", flat=True))

    shared = {"ALL", "ROOT", "LEAGUE", "HOME"}
    assert seen("unit_clerk", world.unit) == shared | {"MINE"} == offered(world)
    assert seen("banner_officer", world.tree.banner) == shared | {"MINE"}
    assert seen("league_officer", world.tree.league) == {*shared, "OTHER", "MINE", "THEIRS"}
    assert seen("expert", world.tree.banner) == set()


# adaptation and versions


def test_an_adapted_copy_keeps_its_code_and_its_source(world):
    source = make_indicator()
    clerk = make_actor("unit_clerk", world.unit)
    copy = services.adapt_indicator(clerk, source, {"content_zh_hans": "本单位补播面积", "value": "300"})
    assert (copy.code, copy.adapted_from, copy.value, copy.unit) == (source.code, source, "300", world.unit)
    source.refresh_from_db()
    assert source.value == "2000"
    with pytest.raises(RuleViolation, match="already"):
        services.adapt_indicator(clerk, source, {})
    with pytest.raises(NotAllowed, match="your own"):
        services.adapt_indicator(clerk, copy, {})


def test_a_new_version_ends_the_old_one_and_past_years_keep_theirs(world):
    old = make_indicator(region=world.tree.banner, valid_from=2020)
    officer = make_actor("banner_officer", world.tree.banner)
    new = services.renew_indicator(officer, old, YEAR, {"value": "3000"})
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.valid_to, new.value, new.code) == (YEAR - 1, YEAR, 9999, "3000", old.code)
    values = [
        LibraryIndicator.objects.offered_to(world.unit, year).values_list("value", flat=True).get()
        for year in (YEAR - 1, YEAR, YEAR + 3)
    ]
    assert values == ["2000", "3000", "3000"]
    for wrong in (YEAR, 2020):
        with pytest.raises(RuleViolation, match="begins after"):
            services.renew_indicator(officer, old, wrong, {})
    services.end_indicator(officer, new, YEAR + 1)
    assert offered(world, year=YEAR + 2) == set()
    for wrong in (YEAR - 1, 9999):
        with pytest.raises(RuleViolation, match="last year"):
            services.end_indicator(officer, new, wrong)


# files


def test_the_shipped_library_is_wide_and_loads_once(world):
    for category in ("grassland", "grassland-subsidy", "border-building", "border-port", "border-people", "unity"):
        CategoryFactory(code=category)
    call_command("load_performance", "sets", "indicators", verbosity=0)
    rows = LibraryIndicator.objects.select_related("of")
    by_set: dict[str, list[LibraryIndicator]] = {}
    for row in rows:
        by_set.setdefault(row.of.code, []).append(row)
    least = {"common": 60, "grassland": 15, "grassland-subsidy": 12, "border": 12, "border-people": 12, "unity": 20}
    assert {code: len(by_set[code]) >= count for code, count in least.items()} == dict.fromkeys(least, True)
    for code in ("grassland", "border", "unity"):
        groups = {str(row.group) for row in by_set[code]}
        assert len(groups) == 4, code
        assert any(row.is_core for row in by_set[code])
    assert all(row.formula_zh_hans and row.scoring_zh_hans and row.basis for row in rows)
    assert {kind for kind, _label in ProcessKind.choices} <= {row.kind for row in by_set["common"]}
    assert all(row.measure or not row.is_stated or row.nature == "qualitative" for row in rows)
    before = LibraryIndicator.history.count()
    call_command("load_performance", "sets", "indicators", verbosity=0)
    assert LibraryIndicator.history.count() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": "none"}, "no set"),
        ({"points": "viel"}, "points"),
        ({"region": "999999"}, "no region"),
        ({"valid_from": "20x0"}, "whole number"),
        ({"kind": "wrong"}, "wrong"),
        ({"content_zh": ""}, "blank"),
        ({"points": "101"}, "100"),
        ({"valid_to": "1999"}, "last year"),
    ],
)
def test_a_bad_row_of_a_file_says_what_is_wrong(change, words):
    make_set()
    row = {"set": "grassland", "code": "X1", "kind": "quantity", "content_zh": "面积", "nature": "at_least"}
    with pytest.raises((RowError, ValidationError), match=words):
        IndicatorRows(ACTOR).put({**row, **change})
    with pytest.raises(RowError, match="no category"):
        SetRows(ACTOR).put({"code": "x", "name_zh": "某", "categories": "nowhere"})


def test_sets_of_the_nearest_category_come_first():
    upper = CategoryFactory(code="eco")
    lower = CategoryFactory(code="eco-grass", parent=upper)
    for code, category in (("a-wide", upper), ("b-near", lower)):
        SetCategory.objects.create(of=make_set(code), category=category)
    lower.refresh_from_db()
    assert [row.code for row in sets_for(lower)] == ["b-near", "a-wide"]
    assert [row.code for row in sets_for(upper)] == ["a-wide"]
    assert sets_for(None) == []


def test_the_demonstration_takes_its_codes_from_the_library():
    text = (settings.BASE_DIR / "fixtures" / "performance" / "indicators.csv").read_text(encoding="utf-8")
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
    for idea in (*(idea for group in IDEAS.values() for idea in group), BORDER):
        for goal in goals_of(idea, 1):
            if goal["library"]:
                row = rows[goal["library"]]
                assert (row["kind"], row["measure"]) == (goal["kind"], goal["measure"]), goal
                assert goal["is_core"] == (row["core"] == "1"), goal


# into applications


@pytest.fixture
def project(world: World) -> Project:
    return make_project(world.codes, world.unit)


def test_indicators_come_behind_the_goals_once(world, project):
    first, second = make_indicator("G001", is_core=True), make_indicator("G002", content_zh_hans="指标1")
    clerk = make_actor("unit_clerk", world.unit)
    assert services.adopt_indicators(clerk, project, [first, second]) == 1  # one stands there in the same words
    goal = project.goals.get(number=3)
    shown = (goal.content, goal.kind, goal.value, goal.measure, goal.source, goal.scoring, goal.is_core, goal.library)
    assert shown == ("退化草原补播面积G001", "quantity", "2000", "亩", "progress", "按完成率计分", True, "G001")
    assert goal.weight is None
    assert services.adopt_indicators(clerk, Project.objects.get(pk=project.pk), [first]) == 0
    assert Entry.objects.filter(event="performance.indicators_adopted").get().facts["codes"] == ["G001"]


def test_nobody_takes_what_is_not_offered_or_into_what_is_not_a_draft(world, project):
    clerk = make_actor("unit_clerk", world.unit)
    of_others = make_indicator(unit=world.neighbour_unit)
    ended, process = make_indicator("G002", valid_to=YEAR - 1), make_indicator("G003", kind=ProcessKind.SETUP)
    for row in (of_others, ended, process):
        with pytest.raises(RuleViolation, match="does not offer"):
            services.adopt_indicators(clerk, project, [row])
    good = make_indicator("G004")
    with pytest.raises(NotAllowed):
        services.adopt_indicators(make_actor("banner_officer", project.region), project, [good])
    Project.objects.filter(pk=project.pk).update(state=ProjectState.STORED)
    with pytest.raises(NotAllowed):
        services.adopt_indicators(clerk, Project.objects.get(pk=project.pk), [good])
    assert project.goals.count() == 2


def test_points_are_shared_out_by_the_scheme(world, project):
    clerk = make_actor("unit_clerk", world.unit)
    with pytest.raises(RuleViolation, match="no scheme"):
        services.share_points(clerk, project)
    load_schemes()
    services.share_points(clerk, project)
    assert list(project.goals.values_list("weight", flat=True)) == [50, 40]
    project.goals.update(kind="")
    with pytest.raises(RuleViolation, match="kinds first"):
        services.share_points(clerk, Project.objects.get(pk=project.pk))


@pytest.mark.parametrize(
    ("kinds", "cost", "points"),
    [
        (["quantity", "quality", "timeliness", "social", "satisfaction"], 0, "16.67 16.67 16.66 30 10"),
        (["quantity", "cost_money", "social"], 0, "25 25 40"),
        (["quantity", "cost_money", "social", "satisfaction"], 20, "30 20 30 10"),
        (["social"], 0, "40"),
    ],
)
def test_points_of_groups_add_up(kinds, cost, points):
    scheme = Scheme(kind="self", cost=cost, output=50 - cost)
    assert shared_points(kinds, scheme) == [Decimal(each) for each in points.split()]


# pages


def test_the_list_is_searched_and_filtered_in_a_bounded_number_of_queries(world, django_assert_max_num_queries):
    for number in range(12):
        make_indicator(f"G{number:03d}", kind="quantity" if number else "social")
    make_indicator("OLD", valid_to=YEAR - 5)
    client = client_of("unit_clerk", world.unit)
    address = reverse("performance:library")
    with django_assert_max_num_queries(18):
        text = client.get(address).content.decode()
    assert "G011" in text
    assert "OLD" not in text
    assert "G000" in client.get(address, {"kind": "social"}).content.decode()
    assert "G001" not in client.get(address, {"kind": "social"}).content.decode()
    assert "G003" in client.get(address, {"q": "补播面积G003"}).content.decode()
    assert "OLD" in client.get(address, {"year": YEAR - 5}).content.decode()


def test_a_clerk_takes_several_at_once_from_the_set_of_the_category(world, project):
    rows = [make_indicator(f"G{number:03d}") for number in range(3)]
    SetCategory.objects.create(of=rows[0].of, category=project.category)
    other = make_indicator("X001", of=make_set("other"))
    client = client_of("unit_clerk", world.unit)
    goals = f"{reverse('projects:edit', args=[project.pk])}?step=goals"
    take = reverse("performance:goals_take", args=[project.pk])
    assert take in client.get(goals).content.decode()
    text = client.get(take).content.decode()
    assert "G002" in text
    assert other.code not in text
    answer = client.post(take, {"act": "take", "row": [row.pk for row in rows[:2]]})
    assert (answer.status_code, answer.url) == (302, goals)
    assert list(project.goals.filter(number__gt=2).values_list("library", flat=True)) == ["G000", "G001"]
    assert client.post(take, {"act": "take"}).status_code == 302
    assert project.goals.count() == 4


def test_strangers_find_no_picker_and_officers_are_told_why(world, project):
    take = reverse("performance:goals_take", args=[project.pk])
    assert client_of("unit_clerk", world.neighbour_unit).get(take).status_code == 404
    Project.objects.filter(pk=project.pk).update(state=ProjectState.STORED)
    clerk = client_of("unit_clerk", world.unit)
    assert clerk.get(take).status_code == 403
    assert clerk.post(take, {"act": "take", "row": "1"}).status_code == 403


def test_an_indicator_is_adapted_renewed_and_ended_on_pages(world):
    row = make_indicator()
    client = client_of("unit_clerk", world.unit)
    page = client.get(row.get_absolute_url()).content.decode()
    adapt = reverse("performance:library_adapt", args=[row.pk])
    assert adapt in page
    assert reverse("performance:library_renew", args=[row.pk]) not in page
    form = {"content_zh_hans": "本单位面积", "nature": "at_least", "value": "9", "measure": "亩", "source": "manual"}
    assert client.post(adapt, form).status_code == 302
    own = LibraryIndicator.objects.get(unit=world.unit)
    assert (own.value, own.adapted_from) == ("9", row)
    assert client.post(adapt, form).status_code == 422
    renew = reverse("performance:library_renew", args=[own.pk])
    assert client.post(renew, {**form, "value": "10", "year": YEAR}).status_code == 302
    assert client.post(renew, {**form, "year": "1999"}).status_code == 422
    newest = LibraryIndicator.objects.get(unit=world.unit, valid_from=YEAR)
    assert client.post(reverse("performance:library_end", args=[newest.pk]), {"year": YEAR + 1}).status_code == 302
    versions = client.get(f"{newest.get_absolute_url()}?tab=versions").content.decode()
    assert f"{YEAR}–{YEAR + 1}" in versions
    assert client.get(reverse("performance:library_renew", args=[row.pk])).status_code == 403


def test_a_new_indicator_is_entered_by_its_office(world):
    client = client_of("banner_officer", world.tree.banner)
    form = {"of": make_set().pk, "kind": "quality", "content_zh_hans": "合格率", "nature": "at_least"}
    form |= {"source": "manual", "valid_from": YEAR}
    assert client.post(reverse("performance:library_new"), {**form, "content_zh_hans": ""}).status_code == 422
    assert client.post(reverse("performance:library_new"), form).status_code == 302
    assert LibraryIndicator.objects.get().region == world.tree.banner
    assert client_of("auditor", world.tree.banner).get(reverse("performance:library_new")).status_code == 403
