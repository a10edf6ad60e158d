"""Checks of an application: a complete one passes, and each thing that is wrong is found where it is."""

from typing import Any

import pytest

from apps.projects import services
from apps.projects.checks import LABELS, check_project, run_checks
from apps.projects.models import Project, ProjectSetting
from apps.projects.tests.applications import again, apply_for, category, clerk, rows_of, tag
from imbudget.kit import registry
from imbudget.kit.findings import Level, blocking

pytestmark = pytest.mark.django_db


def found(project: Project) -> set[tuple[str, Level, int | None, str]]:
    """(check without its app, level, line, field) of everything but the missing first-level project."""
    return {
        (row.check.removeprefix("projects."), row.level, row.line, row.field)
        for row in check_project(project)
        if row.check != "projects.upper"
    }


def change(project: Project, parts: dict[str, list[Any]] | None = None, **fields: Any) -> Project:
    fresh = again(project)
    services.save_project(clerk(project.unit), fresh, revision=fresh.revision, fields=fields, parts=parts or {})
    return again(project)


def row(name: str, **values: Any) -> dict[str, list[Any]]:
    """One list whose single row differs in these columns."""
    return {name: [{**rows_of()[name][0], **values}]}


def test_a_complete_application_passes_with_one_warning(world):
    findings = check_project(apply_for(world))
    assert [(row.check, row.level, row.field) for row in findings] == [("projects.upper", Level.WARNING, "upper")]


def test_an_empty_draft_is_told_everything_that_is_missing(world):
    draft = services.create_project(clerk(world.unit), unit=world.unit, kind="3", year=2027, name="草原")
    fields = {row.field for row in blocking(check_project(draft))}
    assert fields == {
        *("category", "responsible", "phone", "overview", "necessity", "feasibility", "bases"),
        *("milestones", "goals", "funding", "costs"),
    }


def test_staff_projects_need_no_grounds(world):
    draft = services.create_project(clerk(world.unit), unit=world.unit, kind="1", year=2027, name="工资")
    fields = {row.field for row in check_project(draft)}
    assert not fields & {"necessity", "feasibility", "bases", "milestones"}


FAULTS = [
    (row("bases", document_number="内财农[2021]780号"), {}, ("documents", Level.ERROR, 1, "bases.document_number")),
    (row("bases", document_number=""), {}, ("documents", Level.WARNING, 1, "bases.document_number")),
    (row("bases", title=""), {}, ("documents", Level.ERROR, 1, "bases.title")),
    (row("milestones", starts=""), {}, ("milestones", Level.ERROR, 1, "milestones.starts")),
    (row("milestones", ends="2028-01-01"), {}, ("milestones", Level.ERROR, 1, "milestones.ends")),
    (row("milestones", ends="2027-04-01"), {}, ("milestones", Level.ERROR, 1, "milestones.ends")),
    (row("funding", amount="799999.99"), {}, ("totals", Level.ERROR, None, "costs")),
    (row("funding", year="2028"), {}, ("funding", Level.ERROR, 1, "funding.year")),
    (row("funding", fund=""), {}, ("codes", Level.ERROR, 1, "funding.fund")),
    (row("funding", fund="11"), {}, ("codes", Level.ERROR, 1, "funding.fund")),
    (row("costs", function="20101"), {}, ("codes", Level.ERROR, 1, "costs.function")),
    (row("costs", department_economic="30299"), {}, ("economic", Level.ERROR, 1, "costs.department_economic")),
    (row("costs", content=""), {}, ("costs", Level.ERROR, 1, "costs.content")),
    (row("costs", basis=""), {}, ("costs", Level.WARNING, 1, "costs.basis")),
    (row("costs", year=2026), {}, ("costs", Level.ERROR, 1, "costs.year")),
    (row("costs", is_procurement=True, measure=""), {}, ("procurement", Level.ERROR, 1, "costs.measure")),
    (row("costs", is_procurement=True), {}, ("procurement", Level.WARNING, None, "is_procurement")),
    ({}, {"is_procurement": True}, ("procurement", Level.ERROR, None, "costs")),
    ({}, {"start_year": 2026}, ("term", Level.ERROR, None, "start_year")),
    ({}, {"origin": "continued"}, ("term", Level.WARNING, None, "origin")),
    ({}, {"end_year": 2028}, ("funding", Level.WARNING, None, "funding")),
    ({}, {"phone": "123"}, ("basics", Level.WARNING, None, "phone")),
    ({}, {"risks": ""}, ("grounds", Level.WARNING, None, "risks")),
]


def test_what_is_wrong_is_found_where_it_is(world):
    for parts, fields, expected in FAULTS:
        project = change(apply_for(world), parts, **fields)
        assert expected in found(project), expected


def test_a_category_that_went_out_of_use_is_found(world):
    project = apply_for(world)
    type(category()).objects.update(is_active=False)
    assert ("basics", Level.ERROR, None, "category") in found(project)


def test_a_tag_must_be_in_force_in_the_term(world):
    late, partly = tag("late", valid_from=2030, valid_to=2035), tag("partly", valid_from=2020, valid_to=2027)
    project = change(apply_for(world), {"tags": [late]}, end_year=2028)
    assert ("tags", Level.ERROR, None, "tags") in found(project)
    assert ("tags", Level.WARNING, None, "tags") in found(change(project, {"tags": [partly]}))


def test_codes_of_another_year_are_found(world):
    project = apply_for(world)
    Project.objects.update(setup_year=2026, start_year=2026)
    assert ("codes", Level.ERROR, 1, "costs.function") in found(project)


def test_from_the_threshold_on_an_evaluation_is_asked_for(world):
    ProjectSetting.objects.create(region=world.tree.league, evaluation_threshold="800000.01")
    project = apply_for(world)
    assert not [row for row in found(project) if row[0] == "evaluation"]
    ProjectSetting.objects.update(evaluation_threshold="800000.00")
    assert ("evaluation", Level.ERROR, None, "attachments") in found(project)
    assert ("evaluation", Level.ERROR, None, "attachments") in found(change(project, origin="continued"))
    Project.objects.filter(pk=project.pk).update(continues=apply_for(world, name="上年项目"))
    assert not [row for row in found(again(project)) if row[0] == "evaluation"]


def test_a_project_of_the_region_with_the_same_name_is_hinted_at(world):
    apply_for(world)
    again_asked = apply_for(world, name="退化草原补播改良工程")
    (finding,) = [row for row in check_project(again_asked) if row.check == "projects.duplicates"]
    assert finding.level == Level.WARNING
    assert "退化草原补播改良" in str(finding.text)


def test_every_check_has_a_name_and_costs_no_query_per_line(world, django_assert_max_num_queries):
    own = {name for name, check in registry.project_checks.items() if not getattr(check, "label", "")}
    assert own == set(LABELS)
    many = {"costs": rows_of()["costs"] * 30, "bases": rows_of()["bases"] * 30}
    project = change(apply_for(world), many)
    with django_assert_max_num_queries(23):  # of them six ask for what the checks of goals look at
        run_checks(project)
