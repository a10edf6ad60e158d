"""The history of a row as its readers see it: values in their words, and no entry where nothing they see has changed."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from apps.budget.tests.factories import World
from apps.projects.models import Project
from apps.regions.models import Unit
from apps.review.models import Expert
from apps.review.tests import factories as make
from imbudget.kit.historytab import changes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world: World) -> Project:
    return make.waiting_project(world)


def latest(row: Project | Unit | Expert, language: str = "zh-hans") -> dict[str, tuple[str, str]]:
    """The newest entry: label → (before, after)."""
    with translation.override(language):
        return {label: (before, after) for label, before, after in changes_of(row)[0].fields}


def test_yes_and_no_choices_money_and_relations_stand_in_the_readers_words(world: World, project: Project):
    Project.objects.filter(pk=project.pk).update(is_capital=False, reviewed=Decimal("1234567.5"))
    Project.objects.filter(pk=project.pk).update(is_capital=True, state="stored", reviewed=Decimal("1234000"))
    for language, yes, no in (("zh-hans", "是", "否"), ("en", "yes", "no")):
        found = latest(project, language)
        with translation.override(language):
            names = {
                name: str(Project._meta.get_field(name).verbose_name) for name in ("is_capital", "state", "reviewed")
            }
            state = str(Project(state="stored").get_state_display())
        assert found[names["is_capital"]] == (no, yes)
        assert found[names["state"]][1] == state
        assert found[names["reviewed"]] == ("1,234,567.50", "1,234,000.00")
        assert len(found) == 3
    begun = changes_of(project)[-1]
    assert begun.kind == "+"
    assert project.unit.name in [after for _label, _before, after in begun.fields]
    texts = [text for change in changes_of(project) for _label, *both in change.fields for text in both]
    assert not {"True", "False", "None"} & set(texts)


def test_dates_are_written_as_everywhere(world: World):
    Unit.objects.filter(pk=world.unit.pk).update(valid_to=date(2026, 11, 5))
    assert ("", "2026-11-05") in latest(world.unit).values()


def test_what_is_written_without_a_visible_change_is_left_out(project: Project):
    before = changes_of(project)
    Project.objects.filter(pk=project.pk).update(revision=project.revision + 1)
    Project.objects.filter(pk=project.pk).update(version=9)
    assert project.history.count() > len(before)
    assert changes_of(project) == before


def test_an_expert_s_languages_are_named_and_what_is_sealed_or_indexed_stays_so(world: World):
    expert = make.make_expert(world.tree.banner, phone="13800000000")
    expert.languages, expert.phone, expert.employer_key = ["zh", "mn"], "13911112222", "key"
    expert.save(update_fields=["languages", "phone", "phone_index", "employer_key"])
    found = latest(expert)
    assert set(found.values()) == {("汉语", "汉语、蒙古语"), ("…", "…")}
    texts = str([change.fields for change in changes_of(expert)])
    assert "139111" not in texts
    assert "memory" not in texts
    assert "b'" not in texts
