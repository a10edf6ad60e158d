"""The region's own form as a part of an application: kept by and by, asked for by the checks, compared by versions."""

import json

import pytest

from apps.budget.tests.factories import World, officer_of
from apps.lowcode.models import FormVersion
from apps.lowcode.services import forms
from apps.projects import services
from apps.projects.bindings import facts_in, read_project
from apps.projects.checks import check_project
from apps.projects.selectors.versions import body_of, compare_bodies
from apps.projects.tests.applications import again, apply_for, clerk
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
BODY = {
    "format": 1,
    "fields": [
        {"key": "area", "type": "amount", "label": {"zh": "治理面积", "mn": ""}, "required": True},
        {"key": "herder", "type": "person", "label": {"zh": "牧户", "mn": ""}, "data_class": "personal"},
    ],
}


@pytest.fixture
def form(world: World) -> FormVersion:
    officer = officer_of(world.tree.banner)
    head = {"code": "grass", "name": {"zh": "草原"}, "purpose": "project"}
    version = forms.import_form(officer, place=forms.Place(world.tree.banner), data={**head, **BODY})
    forms.publish_form(officer, version.definition)
    return FormVersion.objects.get(state="published")


def test_the_form_is_kept_as_far_as_it_is_filled_in(world, form):
    project = apply_for(world)
    writer = clerk(world.unit)
    assert [row.field for row in check_project(project) if row.check == "projects.form"] == ["answer"]
    errors = services.save_form(writer, project, raw={"herder": "巴图"})
    assert list(errors) == ["area"]
    assert [row.field for row in check_project(project) if row.check == "projects.form"] == ["answer"]
    assert services.save_form(writer, project, raw={"herder": "巴图", "area": "1.5万元"}) == {}
    assert [row for row in check_project(again(project)) if row.check == "projects.form"] == []
    assert again(project).answer.subject_id == str(project.pk)


def test_flows_may_ask_for_answers_but_not_for_personal_ones(world, form):
    project = apply_for(world)
    services.save_form(clerk(world.unit), project, raw={"herder": "巴图", "area": "12.00"})
    assert {fact.key for fact in facts_in(world.tree.banner)} == {"category", "category_group", "form_area"}
    values = read_project(again(project))
    assert (values["form_area"], values["category"]) == ("12.00", "grassland")
    assert "form_herder" not in values


def test_versions_compare_answers_and_show_no_names(world, form):
    project = apply_for(world)
    writer = clerk(world.unit)
    services.save_form(writer, project, raw={"herder": "巴图", "area": "12.00"})
    before = body_of(again(project))
    assert "巴图" not in json.dumps(before["form"], ensure_ascii=False)
    services.save_form(writer, again(project), raw={"herder": "巴特", "area": "13.00"})
    found = compare_bodies(before, body_of(again(project)))
    assert [(row.field, row.label) for row in found] == [("answer", "治理面积"), ("answer", "牧户")]
    assert (found[0].before, found[0].after) == ("12.00", "13.00")
    assert "巴特" not in found[1].after
    assert compare_bodies(before, before) == []


def test_only_the_unit_fills_its_form_in_and_only_where_there_is_one(world):
    project = apply_for(world)
    with pytest.raises(NotAllowed):
        services.save_form(officer_of(world.tree.banner), project, raw={})
    with pytest.raises(RuleViolation, match="no form"):
        services.save_form(clerk(world.unit), project, raw={})


def test_answers_do_not_overwrite_what_was_saved_meanwhile(world, form):
    project = apply_for(world)
    writer, seen = clerk(world.unit), project.revision
    services.save_form(writer, project, raw={"herder": "巴图", "area": "12.00"}, revision=seen)
    with pytest.raises(services.StaleRevision):
        services.save_form(writer, again(project), raw={"herder": "巴特", "area": "1.00"}, revision=seen)
    assert read_project(again(project))["form_area"] == "12.00"
