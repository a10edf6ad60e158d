"""A version as a reader sees it who is to judge it: what was handed in, without whom to call."""

import pytest

from apps.lowcode.services import forms as services
from apps.lowcode.services.answers import save_answer
from apps.lowcode.services.forms import Place
from apps.lowcode.tests.forms import SYSTEM, definition, field
from apps.lowcode.words import Words
from apps.projects.selectors.frozen import application_of
from apps.projects.selectors.versions import body_of
from apps.projects.tests.factories import make_project

pytestmark = pytest.mark.django_db


def test_fields_texts_and_lists_stand_as_they_were_handed_in(world):
    project = make_project(world.codes, world.unit)
    body = body_of(project)
    project.name, project.necessity = "改过的名称", "改过"
    project.save()
    project.costs.all().delete()
    shown = application_of(body)
    facts = [text for _label, text in shown.facts]
    assert project.name not in facts
    assert "800,000.00" in facts
    assert "必要性说明" in [text for _label, text in shown.texts]
    costs = next(each for each in shown.lists if len(each.columns) == 12)
    assert [cell.text for cell in costs.rows[0]][1:3] == ["草种", "1,000"]
    assert [cell.is_number for cell in costs.columns].count(True) == 3


@pytest.mark.covers("H2")
def test_the_telephone_is_left_out_and_protected_answers_are_masked(world):
    project = make_project(world.codes, world.unit)
    made = services.create_form(
        SYSTEM, place=Place(world.tree.banner), purpose="project", code="more", name=Words("附表")
    )
    services.save_form(SYSTEM, made, body=definition(field("area"), field("herder", "person")))
    version = services.publish_form(SYSTEM, made)
    raw = {"area": "三千亩", "herder": "巴特尔"}
    project.answer = save_answer(SYSTEM, version=version, region=project.region, unit=project.unit, raw=raw)
    project.save(update_fields=["answer"])
    shown = application_of(body_of(project))
    assert [line.text for line in shown.answers] == ["三千亩", "巴**"]
    assert "1380000" not in str(shown)
    assert "138" not in "".join(text for _label, text in shown.facts)
