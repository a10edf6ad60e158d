"""Acts on forms: who designs where, versions that stay, what upper levels lock, files of definitions."""

import copy
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import SYSTEM, clerk_of, officer_of
from apps.evidence.models import Entry
from apps.lowcode.models import FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.selectors.forms import binding_versions, draft_of, form_for, published_of, schema_of
from apps.lowcode.services import forms as services
from apps.lowcode.services.forms import BadDefinition, Place
from apps.lowcode.tests.forms import GRASSLAND, definition, field
from apps.lowcode.words import Words
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
NAME = Words("草原生态项目附表", "ᠲᠠᠯ᠎ᠠ")
LOCKED = definition(field("area", "amount", required=True, locked=True), field("note"))


def make_form(actor, place, body=None, publish=True, code="grassland", purpose=FormPurpose.PROJECT, name=NAME):
    made = services.create_form(actor, place=place, purpose=purpose, code=code, name=name)
    services.save_form(actor, made, body=body or LOCKED)
    if publish:
        services.publish_form(actor, made)
    return FormDefinition.objects.select_related("region", "unit", "origin__definition").get(pk=made.pk)


def events():
    return list(Entry.objects.order_by("pk").filter(event__startswith="lowcode.form").values_list("event", flat=True))


def test_an_office_makes_and_publishes_a_form(world):
    officer = officer_of(world.tree.banner)
    made = make_form(officer, Place(world.tree.banner), GRASSLAND)
    version = published_of(made)
    assert version.number == 1
    assert version.body == GRASSLAND
    assert len(version.digest) == 64
    assert version.author_id == officer.user_id
    assert draft_of(made) is None
    assert str(made) == "草原生态项目附表"
    assert events() == ["lowcode.form_saved", "lowcode.form_saved", "lowcode.form_published"]


def test_who_makes_forms_where(world):
    banner, unit = world.tree.banner, world.unit
    for actor, place in (
        (officer_of(banner), Place(banner, unit)),
        (officer_of(world.tree.league), Place(banner)),
        (officer_of(world.tree.neighbour), Place(banner)),
        (clerk_of(unit), Place(banner)),
        (clerk_of(world.neighbour_unit), Place(banner, unit)),
        (clerk_of(unit), Place(world.tree.neighbour, unit)),
        (make_actor("department_reviewer", unit.department), Place(banner, unit)),
        (make_actor("finance_leader", banner), Place(banner)),
        (make_actor("auditor", banner), Place(banner)),
    ):
        with pytest.raises(NotAllowed):
            make_form(actor, place, publish=False)
    assert FormDefinition.objects.count() == 0
    assert make_form(clerk_of(unit), Place(banner, unit)).unit == unit


def test_others_neither_save_nor_publish_nor_retire(world):
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner))
    league = officer_of(world.tree.league)
    for act in (
        lambda: services.save_form(league, made, body=LOCKED),
        lambda: services.publish_form(league, made),
        lambda: services.retire_form(league, made),
        lambda: services.rename_form(league, made, name=NAME),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_form_in_use_gets_its_next_version(world):
    officer = officer_of(world.tree.banner)
    made = make_form(officer, Place(world.tree.banner))
    services.save_form(officer, made, body=GRASSLAND)
    assert published_of(made).number == 1
    services.publish_form(officer, made)
    assert published_of(made).number == 2
    assert dict(FormVersion.objects.values_list("number", "state")) == {
        1: VersionState.RETIRED,
        2: VersionState.PUBLISHED,
    }


def test_the_database_freezes_a_published_version(world):
    version = published_of(make_form(officer_of(world.tree.banner), Place(world.tree.banner)))
    for values in ({"body": {}}, {"digest": ""}, {"state": "draft"}, {"number": 9}):
        with pytest.raises(DatabaseError, match="published version"), transaction.atomic():
            FormVersion.objects.filter(pk=version.pk).update(**values)
    with pytest.raises(DatabaseError, match="published version"), transaction.atomic():
        version.delete()


def test_a_wrong_definition_is_not_saved(world):
    officer = officer_of(world.tree.banner)
    made = make_form(officer, Place(world.tree.banner), publish=False)
    with pytest.raises(BadDefinition) as caught:
        services.save_form(officer, made, body=definition(field("a", "email"), field("b", min="x")))
    assert [error.path for error in caught.value.errors] == ["fields[0].type", "fields[1].min"]
    assert draft_of(made).body == LOCKED


def test_an_empty_draft_is_not_published(world):
    officer = officer_of(world.tree.banner)
    made = services.create_form(officer, place=Place(world.tree.banner), purpose="survey", code="a", name=NAME)
    with pytest.raises(BadDefinition):
        services.publish_form(officer, made)
    services.save_form(officer, made, body=LOCKED)
    services.publish_form(officer, made)
    with pytest.raises(RuleViolation, match="no draft"):
        services.publish_form(officer, made)


def test_two_people_do_not_overwrite_each_other(world):
    officer = officer_of(world.tree.banner)
    made = make_form(officer, Place(world.tree.banner), publish=False)
    read = draft_of(made).revision
    services.save_form(officer, made, body=GRASSLAND, revision=read)
    with pytest.raises(RuleViolation, match="meanwhile"):
        services.save_form(officer, made, body=LOCKED, revision=read)
    assert draft_of(made).body == GRASSLAND


def test_a_code_is_a_plain_word(world):
    officer, place = officer_of(world.tree.banner), Place(world.tree.banner)
    for code in ("", "Upper", "1a", "a-b", "a" * 41, "草"):
        with pytest.raises(RuleViolation):
            services.create_form(officer, place=place, purpose="survey", code=code, name=NAME)


def test_a_code_stands_once_at_a_place(world):
    officer = officer_of(world.tree.banner)
    make_form(officer, Place(world.tree.banner))
    with pytest.raises(RuleViolation, match="with this code"):
        make_form(officer, Place(world.tree.banner))


def test_one_form_of_a_purpose_is_in_use_at_a_place(world):
    officer, place = officer_of(world.tree.banner), Place(world.tree.banner)
    first = make_form(officer, place)
    with pytest.raises(RuleViolation, match="retire it first"):
        make_form(officer, place, code="other")
    services.retire_form(officer, first)
    make_form(officer, place, code="third")
    for code in ("one", "two"):
        make_form(officer, place, code=code, purpose=FormPurpose.SURVEY)


def test_the_nearest_form_applies(world):
    banner, unit = world.tree.banner, world.unit
    assert form_for("project", banner) is None
    root = make_form(officer_of(world.tree.root), Place(world.tree.root))
    assert form_for("project", banner).definition == root
    assert form_for("progress", banner) is None
    league = make_form(officer_of(world.tree.league), Place(world.tree.league))
    assert form_for("project", banner, unit).definition == league
    assert form_for("project", world.tree.far_banner).definition == root
    own = make_form(clerk_of(unit), Place(banner, unit))
    assert form_for("project", banner, unit).definition == own
    assert form_for("project", banner).definition == league
    assert form_for("project", world.tree.neighbour, world.neighbour_unit).definition == league
    services.retire_form(officer_of(world.tree.league), league)
    assert form_for("project", banner).definition == root


def test_a_copy_keeps_what_the_upper_level_locks(world):
    upper = make_form(officer_of(world.tree.league), Place(world.tree.league))
    officer = officer_of(world.tree.banner)
    made = services.copy_form(officer, published_of(upper), place=Place(world.tree.banner), code="own")
    assert made.origin == published_of(upper)
    assert draft_of(made).body == LOCKED
    services.save_form(officer, made, body=definition(field("note")))
    with pytest.raises(BadDefinition, match="demands the field"):
        services.publish_form(officer, made)
    loose = copy.deepcopy(LOCKED)
    loose["fields"][0]["required"] = False
    services.save_form(officer, made, body=loose)
    with pytest.raises(BadDefinition, match=r"fields\[0\].required"):
        services.publish_form(officer, made)
    services.save_form(officer, made, body=definition(field("own"), *LOCKED["fields"]))
    assert services.publish_form(officer, made).number == 1


def test_locks_hold_for_forms_that_were_not_copied_too(world):
    make_form(officer_of(world.tree.root), Place(world.tree.root))
    officer = officer_of(world.tree.banner)
    with pytest.raises(BadDefinition, match="demands the field"):
        make_form(officer, Place(world.tree.banner), definition(field("note")))
    make_form(officer, Place(world.tree.banner), definition(field("note")), code="b", purpose=FormPurpose.SURVEY)


def test_what_an_upper_level_locks_later_counts_at_the_next_publishing(world):
    league = officer_of(world.tree.league)
    upper = make_form(league, Place(world.tree.league))
    officer = officer_of(world.tree.banner)
    made = services.copy_form(officer, published_of(upper), place=Place(world.tree.banner), code="own")
    services.publish_form(officer, made)
    services.save_form(league, upper, body=definition(*LOCKED["fields"], field("more", locked=True)))
    services.publish_form(league, upper)
    services.save_form(officer, made, body=definition(*LOCKED["fields"], field("x")))
    with pytest.raises(BadDefinition, match="more"):
        services.publish_form(officer, made)


def test_locks_of_a_retired_origin_stay(world):
    league = officer_of(world.tree.league)
    upper = make_form(league, Place(world.tree.league), purpose=FormPurpose.SURVEY)
    officer = officer_of(world.tree.banner)
    made = services.copy_form(officer, published_of(upper), place=Place(world.tree.banner), code="own")
    origin = published_of(upper)
    services.retire_form(league, upper)
    made = FormDefinition.objects.select_related("region", "origin__definition").get(pk=made.pk)
    assert binding_versions(made) == [origin]


def test_a_draft_of_others_is_not_copied(world):
    made = make_form(officer_of(world.tree.league), Place(world.tree.league), publish=False)
    with pytest.raises(RuleViolation, match="once it is published"):
        services.copy_form(officer_of(world.tree.banner), draft_of(made), place=Place(world.tree.banner), code="x")


def test_a_definition_travels_as_a_file(world):
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner), GRASSLAND)
    data = json.loads(json.dumps(services.export_form(published_of(made)), ensure_ascii=False))
    assert list(data) == ["format", "code", "purpose", "name", "fields"]
    other = officer_of(world.tree.neighbour)
    version = services.import_form(other, place=Place(world.tree.neighbour), data=data)
    assert (version.state, version.number) == (VersionState.DRAFT, 1)
    assert services.export_form(version) == data
    again = services.import_form(other, place=Place(world.tree.neighbour), data=data)
    assert (again.pk, FormDefinition.objects.count()) == (version.pk, 2)


WRONG = (
    ({"code": 7}, "code"),
    ({"purpose": "x"}, "purpose"),
    ({"name": "x"}, "name"),
    ({"format": 9}, "format"),
    ({"more": 1}, "more"),
    ({"fields": [field("a", "email")]}, "fields[0].type"),
)


def test_a_wrong_file_names_the_place(world):
    officer, place = officer_of(world.tree.banner), Place(world.tree.banner)
    for change, path in WRONG:
        data = {"format": 1, "code": "a", "purpose": "survey", "name": {"zh": "问卷"}, "fields": [field("a")]} | change
        with pytest.raises(BadDefinition) as caught:
            services.import_form(officer, place=place, data=data)
        assert path in [error.path for error in caught.value.errors]
    assert FormDefinition.objects.count() == 0


@given(
    data=st.dictionaries(
        st.sampled_from(["format", "code", "purpose", "name", "fields", "x"]),
        st.none() | st.text() | st.integers() | st.lists(st.none()),
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_a_form_or_refused(world, data):
    with pytest.raises(RuleViolation):
        services.import_form(SYSTEM, place=Place(world.tree.banner), data=data)


def test_schemas_of_published_versions_are_read_once(world):
    version = published_of(make_form(officer_of(world.tree.banner), Place(world.tree.banner)))
    assert schema_of(version) is schema_of(FormVersion.objects.get(pk=version.pk))


def test_the_forms_that_ship_are_published_once(world):
    names = ["acceptance", "progress", "review_budget", "review_competition", "review_evaluation", "survey"]
    for outcome in ("published", "same"):
        out = StringIO()
        call_command("load_forms", stdout=out)
        assert out.getvalue().splitlines() == [f"{name}.json: {outcome}" for name in names]
    assert form_for("progress", world.tree.banner).definition.region == world.tree.root
    labels = [
        label for one in schema_of(form_for("acceptance", world.tree.root)) for label in (one.label.zh, one.label.mn)
    ]
    assert all(labels)


def test_a_wrong_file_among_those_that_ship_stops_with_its_name(world, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"format": 1, "fields": [7]}))
    with pytest.raises(CommandError, match=r"a\.json"):
        call_command("load_forms", str(tmp_path))
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(CommandError, match=r"a\.json"):
        call_command("load_forms", str(tmp_path))
