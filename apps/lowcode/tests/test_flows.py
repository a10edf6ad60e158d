"""Flows as data: drafts, publishing, files, who may, the default flows."""

import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.tests.factories import make_actor
from apps.lowcode.models import FlowDefinition, FlowVersion
from apps.lowcode.selectors.flows import flow_for, flow_of, regions_concerned
from apps.lowcode.services import flows
from apps.lowcode.services.forms import BadDefinition
from apps.lowcode.tests.approving import SUBJECT, SYSTEM, THREE, Office, bind_for_tests, publish
from apps.lowcode.tests.flows import LARGE, definition, definitions, step
from apps.lowcode.tests.test_flow_definition import rubbish
from apps.lowcode.words import Words
from apps.regions.tests.factories import make_tree
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
NAME = Words("项目流程", "ᠲᠥᠰᠦᠯ")


@pytest.fixture
def office(monkeypatch):
    """The tree and the document type, nobody in it."""
    office = Office(make_tree())
    bind_for_tests(monkeypatch, office)
    return office


@pytest.fixture
def officer(office):
    return make_actor("banner_officer", office.tree.banner)


def make(office, actor=SYSTEM, steps=THREE, region=None):
    region = region or office.tree.banner
    return flows.create_flow(actor, region=region, subject=SUBJECT, name=NAME, body=definition(*steps))


def test_the_officer_of_a_banner_makes_its_flow(office, officer):
    flow = make(office, officer)
    flows.publish_flow(officer, flow)
    version = flow_for(SUBJECT, office.tree.banner)
    assert (version.definition, version.number, len(version.digest)) == (flow, 1, 64)
    assert flow_for(SUBJECT, office.tree.neighbour) is None


@pytest.mark.parametrize("place", ["neighbour", "league", "root", "far_banner"])
def test_nobody_else_does(office, officer, place):
    region = getattr(office.tree, place)
    with pytest.raises(NotAllowed):
        make(office, officer, region=region)
    flow = make(office, region=region)
    for act in (
        lambda: flows.save_flow(officer, flow, body=definition()),
        lambda: flows.publish_flow(officer, flow),
        lambda: flows.retire_flow(officer, flow),
        lambda: flows.import_flow(officer, region=region, data={}),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_reviewer_of_the_same_banner_does_not_either(office):
    leader = make_actor("finance_leader", office.tree.banner)
    with pytest.raises(NotAllowed, match="does not include"):
        make(office, leader)


def test_the_nearest_level_counts(office):
    publish(office, step("a"))
    publish(office, step("b"), region=office.tree.league)
    assert flow_for(SUBJECT, office.tree.banner).definition.region == office.tree.league
    assert flow_for(SUBJECT, office.tree.far_banner).definition.region == office.tree.root
    top = FlowDefinition.objects.get(region=office.tree.root)
    concerned = {region.code for region in regions_concerned(top)}
    assert concerned == {"150000", "152200", "152221", "152223"}


def test_one_flow_of_a_region_for_a_type_of_document(office):
    make(office)
    with pytest.raises(RuleViolation, match="has a flow"):
        make(office)


def test_a_draft_is_kept_unfinished_but_not_published(office, officer):
    flow = make(office, officer, [])
    flows.save_flow(officer, flow, body={"format": 1, "steps": [{"key": "\0half"}]})
    assert flow.versions.get().body["steps"] == [{"key": "half"}]
    with pytest.raises(BadDefinition) as caught:
        flows.publish_flow(officer, flow)
    assert {error.path for error in caught.value.errors} == {"steps[0].name", "steps[0].approvers.kind"}
    flows.save_flow(officer, flow, body=definition(step("a", return_to="b"), step("b")))
    with pytest.raises(BadDefinition) as caught:
        flows.publish_flow(officer, flow)
    assert [error.path for error in caught.value.errors] == ["steps[0].return_to"]
    assert flow_for(SUBJECT, office.tree.banner) is None


def test_two_who_save_one_draft(office, officer):
    flow = make(office, officer)
    flows.save_flow(officer, flow, body=definition(step("a")), revision=1)
    with pytest.raises(RuleViolation, match="Someone else"):
        flows.save_flow(officer, flow, body=definition(step("b")), revision=1)


@pytest.mark.parametrize("body", [[], "x", None, {"a": float("nan")}, {"x": "y" * 300_000}])
def test_what_is_no_draft_at_all(office, officer, body):
    flow = make(office, officer)
    with pytest.raises(RuleViolation):
        flows.save_flow(officer, flow, body=body)


def test_a_published_version_is_frozen_and_the_next_one_follows(office, officer):
    flow = make(office, officer)
    flows.publish_flow(officer, flow)
    first = flow.versions.get()
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        FlowVersion.objects.filter(pk=first.pk).update(body={})
    second = flows.save_flow(officer, flow, body=definition(step("a", when=None)))
    assert second.number == 2
    flows.publish_flow(officer, flow)
    assert list(flow.versions.values_list("number", "state")) == [(2, "published"), (1, "retired")]
    flows.retire_flow(officer, flow)
    with pytest.raises(RuleViolation, match="not in use"):
        flows.retire_flow(officer, flow)
    with pytest.raises(RuleViolation, match="no draft"):
        flows.publish_flow(officer, flow)


def test_a_published_version_is_read_without_what_its_app_no_longer_offers(office, monkeypatch):
    publish(office, step("a"), step("b", when=LARGE, stage="unit_review", ask=["ranking"]))
    version = flow_for(SUBJECT, office.tree.root)
    assert version.body["facts"] == {"amount": "money"}
    poorer = Office(office.tree)
    monkeypatch.setattr("apps.lowcode.tests.approving.FACTS", ())
    bind_for_tests(monkeypatch, poorer)
    monkeypatch.setattr("apps.lowcode.selectors.flows._kept", {})
    flow = flow_of(version)
    assert flow.taken({"amount": "9000000.00"}) == ("a", "b")


def test_a_file_goes_out_and_comes_in_the_same(office, officer):
    flow = make(office, officer)
    flows.publish_flow(officer, flow)
    file = json.loads(json.dumps(flows.export_flow(flow.versions.get())))
    version = flows.import_flow(SYSTEM, region=office.tree.neighbour, data=file)
    assert flows.export_flow(version) == file
    assert (version.definition.name_zh_hans, version.definition.name_mvf) == (NAME.zh, NAME.mn)
    again = flows.import_flow(SYSTEM, region=office.tree.neighbour, data=file)
    assert (again.pk, again.revision) == (version.pk, 2)


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ([], [""]),
        ({}, ["subject"]),
        ({"subject": ["x"]}, ["subject"]),
        ({"subject": "nothing.known"}, ["subject"]),
        ({"subject": SUBJECT, "name": 5, **definition(step("a", mode="?"))}, ["name", "steps[0].mode"]),
        ({"subject": SUBJECT, **definition(step("a", when={"fact": "colour", "op": "="}))}, ["steps[0].when.fact"]),
    ],
)
def test_a_bad_file_names_its_places_and_leaves_nothing(office, data, paths):
    with pytest.raises(BadDefinition) as caught:
        flows.import_flow(SYSTEM, region=office.tree.banner, data=data)
    assert [error.path for error in caught.value.errors] == paths
    assert not FlowDefinition.objects.exists()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rubbish
    | st.builds(
        lambda flow, more: {"subject": SUBJECT, **flow, **more},
        definitions(),
        rubbish.filter(lambda r: isinstance(r, dict)),
    )
)
def test_whatever_file_comes_in_it_is_kept_or_refused_with_places(office, data):
    with suppress(BadDefinition), transaction.atomic():
        flows.import_flow(SYSTEM, region=office.tree.banner, data=data)


@pytest.mark.parametrize("shape", [{}, {"subject": SUBJECT, "name": {"zh": "默认流程"}}])
def test_default_flows_are_loaded_once(office, tmp_path, capsys, shape):
    file = tmp_path / f"{SUBJECT}.json"
    file.write_text(json.dumps({**shape, **definition(*THREE)}), encoding="utf-8")
    call_command("load_flows", str(file))
    call_command("load_flows", str(file))
    assert capsys.readouterr().out.splitlines() == [
        f"{SUBJECT}.json: published",
        f"{SUBJECT}.json: is there already",
    ]
    assert flow_for(SUBJECT, office.tree.banner).definition.name_zh_hans == shape.get("name", {}).get("zh", "项目申报")


def test_a_bad_default_flow_stops_the_command_and_leaves_nothing(office, tmp_path):
    good, bad = tmp_path / f"{SUBJECT}.json", tmp_path / "zz.json"
    good.write_text(json.dumps(definition(*THREE)), encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"zz\.json"):
        call_command("load_flows", str(good), str(bad))
    assert not FlowDefinition.objects.exists()


def test_the_database_holds_one_published_version(office, officer):
    flow = make(office, officer)
    flows.publish_flow(officer, flow)
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowVersion.objects.create(definition=flow, number=2, state="published", body={})
