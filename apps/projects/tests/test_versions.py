"""Versions: the whole application as JSON with its digest, and what changed between two of them."""

import json
from typing import Any

import pytest

from apps.projects import services
from apps.projects.models import Project, ProjectVersion
from apps.projects.selectors.versions import body_of, compare, compare_bodies, digest_of, is_intact
from apps.projects.tests.applications import again, apply_for, clerk, rows_of

pytestmark = pytest.mark.django_db


def change(project: Project, parts: dict[str, list[Any]] | None = None, **fields: Any) -> dict[str, Any]:
    services.save_project(clerk(project.unit), project, revision=project.revision, fields=fields, parts=parts or {})
    return body_of(again(project))


def test_a_body_is_plain_json_with_the_names_of_its_day_and_no_telephone(world):
    project = apply_for(world)
    body = body_of(project)
    text = json.dumps(body, ensure_ascii=False)
    assert body["fields"]["category"] == {"code": "grassland", "name": "草原生态保护"}
    assert body["costs"][0]["government_economic"] == {"code": "50201", "name": "办公经费"}
    assert body["funding"][0]["amount"] == "800000.00"
    assert project.phone
    assert project.phone not in text


def test_a_version_that_was_touched_is_not_intact(world):
    body = body_of(apply_for(world))
    version = ProjectVersion(body=body, digest=digest_of(body))
    assert is_intact(version)
    version.body = json.loads(json.dumps(body))
    assert is_intact(version)
    version.body["funding"][0]["amount"] = "800000.01"
    assert not is_intact(version)


def test_the_same_application_has_no_differences(world):
    project = apply_for(world)
    assert compare_bodies(body_of(project), body_of(project)) == []


def test_fields_are_compared_with_the_words_of_their_values(world):
    project = apply_for(world)
    before = body_of(project)
    after = change(project, {"tags": []}, origin="continued", is_research=True, phone="13800001234", category=None)
    found = {row.field: (row.before, row.after) for row in compare_bodies(before, after)}
    assert found == {
        "category": ("grassland-草原生态保护", ""),
        "origin": ("new", "continued"),
        "phone": ("047****4567", "138****1234"),
        "is_research": ("no", "yes"),
        "tags": ("ecology-生态优先", ""),
    }


def test_rows_are_found_again_by_what_they_are(world):
    project = apply_for(world)
    rows = rows_of()["costs"][0]
    first = change(project, {"costs": [{**rows, "content": name} for name in ("围栏", "草种", "人工")]})
    project = again(project)
    second = change(
        project,
        {
            "costs": [
                {**rows, "content": "机械"},
                {**rows, "content": "围栏"},
                {**rows, "content": "人工", "price": "5"},
            ]
        },
    )
    found = [(row.kind, row.line, row.cells[1].before, row.cells[1].after) for row in compare_bodies(first, second)]
    assert found == [
        ("added", 1, "", "机械"),
        ("removed", 2, "草种", ""),
        ("changed", 3, "人工", "人工"),
    ]
    changed = compare_bodies(first, second)[-1]
    assert [cell.label for cell in changed.cells if cell.is_changed] == ["unit price", "amount"]


def test_versions_compare_by_their_bodies(world):
    project = apply_for(world)
    one = ProjectVersion(body=body_of(project))
    two = ProjectVersion(body=change(project, name="草原改良"))
    (row,) = compare(one, two)
    assert (row.field, row.kind, row.after) == ("name", "changed", "草原改良")
