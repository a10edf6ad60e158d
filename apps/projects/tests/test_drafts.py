"""Drafts: begun by the unit alone, saved by and by, never over somebody else's save, continued, given up."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, head_of, officer_of
from apps.codes.models import YearState
from apps.codes.services import put_year
from apps.codes.tests.factories import make_codes
from apps.evidence.models import Entry
from apps.projects import services
from apps.projects.models import PolicyTag, Project, ProjectCategory, ProjectKind, ProjectOrigin, ProjectState
from apps.projects.services import StaleRevision
from apps.projects.tests.applications import again, apply_for, clerk, rows_of
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


def begin(world: World, name: str = "草原围栏维修") -> Project:
    return services.create_project(clerk(world.unit), unit=world.unit, kind="3", year=2027, name=name)


def save(world: World, project: Project, parts: dict | None = None, **fields: object) -> services.Saved:
    return services.save_project(
        clerk(world.unit), project, revision=project.revision, fields=fields, parts=parts or {}
    )


def test_the_unit_begins_a_project_that_has_its_code_at_once(world):
    project = begin(world)
    project.refresh_from_db()
    assert project.code == "15010227T000000000001"
    assert (project.region, project.league, project.department) == (
        world.tree.banner,
        world.tree.league,
        world.unit.department,
    )
    assert project.state == ProjectState.DRAFT
    assert "cywl" in project.search_key
    assert Entry.objects.get(event="projects.created").facts["code"] == project.code


def test_nobody_else_begins_or_changes_a_project_of_the_unit(world):
    project = begin(world)
    strangers = [
        head_of(world.unit),
        clerk(world.neighbour_unit),
        officer_of(world.tree.banner),
        make_actor("department_reviewer", world.unit.department),
        make_actor("finance_leader", world.tree.banner),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.create_project(actor, unit=world.unit, kind="3", year=2027, name="x")
        with pytest.raises(NotAllowed):
            services.save_project(actor, project, revision=1, fields={"name": "y"})
        with pytest.raises(NotAllowed):
            services.abandon_project(actor, project)
        with pytest.raises(NotAllowed):
            services.copy_from(actor, project, year=2028)


UNFIT = [
    ({"year": 2031}, "does not exist"),
    ({"year": 2020}, "is closed"),
    ({"kind": "9"}, "kind of the project"),
    ({"name": " 　"}, "a name"),
    ({"name": "长" * 201}, "too long"),
]


def test_a_project_needs_an_open_year_a_kind_and_a_name(world):
    put_year(system_actor(), 2020, {"state": YearState.CLOSED, "compiling": False})
    for values, reason in UNFIT:
        given = {"kind": "3", "year": 2027, "name": "x"} | values
        with pytest.raises(RuleViolation, match=reason):
            services.create_project(clerk(world.unit), unit=world.unit, **given)
    assert not Project.objects.exists()


def test_a_save_touches_only_what_it_was_given(world):
    project = begin(world)
    first = save(world, project, overview="概况", phone="0471-123456")
    assert (first.revision, first.changed) == (2, ["overview", "phone"])
    second = save(world, project, name="草原围栏新建", end_year="２０２９")
    assert second.errors == {}
    project.refresh_from_db()
    assert (project.name, project.overview, project.end_year, project.phone) == (
        "草原围栏新建",
        "概况",
        2029,
        "0471-123456",
    )
    assert "xj" in project.search_key
    assert save(world, project, overview=" 概况 ").changed == []
    assert project.revision == 3


def test_what_cannot_be_read_keeps_its_old_value_and_is_named(world):
    project = begin(world)
    saved = save(world, project, start_year="2029", end_year="2027", level="7", name="", overview="概况", category="12")
    assert sorted(saved.errors) == ["category", "end_year", "level", "name"]
    project.refresh_from_db()
    assert (project.start_year, project.end_year, project.overview) == (2027, 2027, "概况")


def test_a_category_is_a_leaf_in_use_and_an_upper_project_of_the_same_department(world):
    project = begin(world)
    top = ProjectCategory.objects.create(code="a", name_zh_hans="生态")
    leaf = ProjectCategory.objects.create(code="b", name_zh_hans="草原", parent=top)
    gone = ProjectCategory.objects.create(code="c", name_zh_hans="旧类", parent=top, is_active=False)
    assert "category" in save(world, project, category=top.pk).errors
    assert "category" in save(world, project, category=gone).errors
    assert save(world, project, category=str(leaf.pk)).errors == {}
    far = services.create_project(clerk(world.far_unit), unit=world.far_unit, kind="3", year=2027, name="远")
    assert "upper" in save(world, project, upper=far.pk).errors
    assert "upper" in save(world, project, upper=project.pk).errors


def test_an_unknown_field_is_a_defect_of_the_caller(world):
    with pytest.raises(ValueError, match="state"):
        save(world, begin(world), state="stored")


def test_two_people_never_save_over_each_other(world):
    project = begin(world)
    mine = Project.objects.get(pk=project.pk)
    save(world, project, overview="甲")
    with pytest.raises(StaleRevision) as refusal:
        services.save_project(clerk(world.unit), mine, revision=1, fields={"overview": "乙"})
    assert refusal.value.revision == 2
    assert refusal.value.who
    assert refusal.value.who in str(refusal.value)
    assert Project.objects.get().overview == "甲"


def test_lists_are_saved_as_they_are_typed_and_add_up(world):
    project = begin(world)
    saved = save(
        world,
        project,
        {
            "funding": [
                {"year": "2027", "fund": "111-本级", "amount": "１.5万元"},
                {"year": 2028, "fund": world.codes.fund, "amount": Decimal("5000.00")},
                {"year": 2028, "fund": "", "amount": ""},
            ],
            "costs": [
                {
                    "content": "围栏",
                    "quantity": "1,000",
                    "measure": "米",
                    "price": "15.005",
                    "department_economic": "30201",
                }
            ],
            "milestones": [{"content": "施工", "starts": "2027年5月1日", "ends": "2027.8.31"}],
            "bases": [{"title": "规划", "document_number": "内财农〔2021〕780号"}],
        },
    )
    assert saved.errors == {}
    project.refresh_from_db()
    assert project.total == Decimal("20000.00")
    cost = project.costs.get()
    assert (cost.amount, cost.government_economic.code) == (Decimal("15005.00"), "50201")
    assert (project.milestones.get().starts, project.milestones.get().ends) == (date(2027, 5, 1), date(2027, 8, 31))


def test_a_bad_cell_is_named_and_leaves_the_rest_of_its_row(world):
    project = begin(world)
    saved = save(
        world,
        project,
        {
            "funding": [{"year": "27", "fund": "9", "amount": "十万"}, {"year": 2027, "amount": "-1"}],
            "costs": [{"content": "围栏", "price": "1.23456", "quantity": ["x"]}],
            "milestones": [{"content": "施工", "starts": "46143"}],
        },
    )
    assert sorted(saved.errors) == [
        "costs.1.price",
        "costs.1.quantity",
        "funding.1.amount",
        "funding.1.fund",
        "funding.1.year",
        "funding.2.amount",
        "milestones.1.starts",
    ]
    assert "serial number" in saved.errors["milestones.1.starts"]
    assert project.costs.get().content == "围栏"
    assert project.milestones.get().content == "施工"


def test_a_shorter_list_drops_lines_and_an_equal_one_changes_nothing(world):
    project = begin(world)
    rows = [{"title": f"文件{number}"} for number in range(3)]
    save(world, project, {"bases": rows})
    kept = list(project.bases.values_list("pk", flat=True))
    saved = save(world, project, {"bases": [{"title": "新文件"}, rows[1]]})
    assert saved.changed == ["bases"]
    assert list(project.bases.values_list("pk", "title")) == [(kept[0], "新文件"), (kept[1], "文件1")]
    assert save(world, project, {"bases": [{"title": "新文件"}, rows[1]]}).changed == []
    with pytest.raises(RuleViolation, match="500 lines"):
        save(world, project, {"bases": [{"title": "x"}] * 501})
    with pytest.raises(RuleViolation, match="cannot be read"):
        save(world, project, {"bases": ["x"]})


def test_tags_are_a_set(world):
    project = begin(world)
    one, two = (PolicyTag.objects.create(code=code, name_zh_hans=code) for code in ("a", "b"))
    save(world, project, {"tags": [one, str(two.pk), "nonsense", 99999]})
    assert set(project.tags.all()) == {one, two}
    save(world, project, {"tags": [two.pk]})
    assert set(project.tags.all()) == {two}


def test_the_telephone_is_not_readable_in_the_database(world):
    project = begin(world)
    save(world, project, phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM projects_project")
        assert b"1380000" not in bytes(cursor.fetchone()[0])


def test_a_project_that_has_ended_is_continued_with_its_lines_moved(world):
    make_codes(2028)
    project = begin(world)
    save(
        world,
        project,
        {
            "funding": [{"year": 2027, "fund": "111", "amount": "10"}],
            "costs": [{"content": "围栏", "quantity": 1, "price": 10, "function": "2010102", "year": 2027}],
            "milestones": [{"content": "施工", "starts": "2027-05-01", "ends": "2027-08-31"}],
        },
        overview="概况",
    )
    project.refresh_from_db()
    copy = services.copy_from(clerk(world.unit), project, year=2028)
    assert (copy.origin, copy.continues, copy.overview) == (ProjectOrigin.CONTINUED, project, "概况")
    assert (copy.start_year, copy.end_year, copy.total) == (2028, 2028, Decimal("10.00"))
    assert copy.code.startswith("15010228T")
    assert copy.funding.get().fund.year_id == 2028
    assert copy.costs.get().function.year_id == 2028
    assert copy.milestones.get().ends == date(2028, 8, 31)


def test_of_a_project_that_still_runs_only_what_lies_ahead_is_continued(world):
    make_codes(2028)
    project = begin(world)
    rows = [{"year": year, "fund": "111", "amount": year} for year in (2027, 2028, 2029)]
    begun = {"content": "管护", "starts": "2027-09-01", "ends": "2028-10-31"}
    over = {"content": "施工", "starts": "2027-05-01", "ends": "2027-08-31"}
    save(world, project, {"funding": rows, "milestones": [over, begun]}, end_year=2029)
    copy = services.copy_from(clerk(world.unit), project, year=2028)
    assert (copy.milestones.get().starts, copy.milestones.get().ends) == (date(2028, 1, 1), date(2028, 10, 31))
    assert (copy.start_year, copy.end_year) == (2028, 2029)
    assert list(copy.funding.values_list("year", "amount")) == [(2028, Decimal(2028)), (2029, Decimal(2029))]
    with pytest.raises(RuleViolation, match="later year"):
        services.copy_from(clerk(world.unit), project, year=2027)


def test_a_draft_is_given_up_and_its_code_not_used_again(world):
    project = begin(world)
    services.abandon_project(clerk(world.unit), project, reason="不再需要")
    assert project.state == ProjectState.ABANDONED
    assert not Project.objects.alive().exists()
    with pytest.raises(NotAllowed):
        save(world, project, name="y")
    assert begin(world).code.endswith("002")


def test_drafts_of_a_closed_year_stay_as_they_are(world):
    project = begin(world)
    put_year(system_actor(), 2027, {"state": YearState.CLOSED, "compiling": False})
    with pytest.raises(RuleViolation, match="closed"):
        save(world, project, name="y")
    with pytest.raises(RuleViolation, match="closed"):
        services.abandon_project(clerk(world.unit), project)


def test_the_kinds_are_those_of_the_national_standard():
    assert ProjectKind.values == ["1", "21", "22", "3"]


def test_a_line_that_comes_to_more_than_an_amount_is_named_and_nothing_breaks(world):
    project = apply_for(world)
    line = rows_of()["costs"][0] | {"quantity": "900000000000", "price": "900000000000"}
    saved = services.save_project(clerk(world.unit), project, revision=project.revision, parts={"costs": [line]})
    assert set(saved.errors) == {"costs.1.price"}
    assert again(project).costs.get().price == 0


def test_a_code_with_characters_the_database_cannot_take_is_named(world):
    project = apply_for(world)
    line = rows_of()["costs"][0] | {"function": "2010\x00"}
    saved = services.save_project(clerk(world.unit), project, revision=project.revision, parts={"costs": [line]})
    assert set(saved.errors) == {"costs.1.function"}
