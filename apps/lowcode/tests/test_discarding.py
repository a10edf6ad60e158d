"""Drafts of forms and flows are thrown away on a page of their own; what is in use or was in use stays."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, sign_in
from apps.evidence.models import Entry
from apps.lowcode.models import FlowDefinition, FormDefinition, FormPurpose
from apps.lowcode.services import flows, forms
from apps.lowcode.services.forms import Place
from apps.lowcode.services.versions import digest_of
from apps.lowcode.tests.approving import SUBJECT, Office, make_office
from apps.lowcode.tests.flows import definition as flow_body
from apps.lowcode.tests.flows import step
from apps.lowcode.tests.forms import definition as form_body
from apps.lowcode.tests.forms import field
from apps.lowcode.words import Words
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
FORM, FLOW = form_body(field("area", "amount")), flow_body(step("head"))


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch)


@pytest.fixture
def browser(office: Office) -> Client:
    return sign_in(Client(), User.objects.get(pk=office.officer.user_id), Post.objects.get(pk=office.officer.post_id))


@pytest.fixture
def form(office: Office) -> FormDefinition:
    place = Place(office.tree.banner)
    made = forms.create_form(office.officer, place=place, purpose=FormPurpose.SURVEY, code="grass", name=Words("调查"))
    forms.save_form(office.officer, made, body=FORM)
    return made


@pytest.fixture
def flow(office: Office) -> FlowDefinition:
    return flows.create_flow(
        office.officer, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"), body=FLOW
    )


def test_a_draft_goes_and_what_is_in_use_stays(office: Office, browser: Client, form: Any, flow: Any):
    forms.publish_form(office.officer, form)
    flows.publish_flow(office.officer, flow)
    changed = form_body(field("area", "amount"), field("note"))
    forms.save_form(office.officer, form, body=changed)
    flows.save_flow(office.officer, flow, body=flow_body(step("head"), step("office", "finance_office")))
    for name, made in (("form", form), ("flow", flow)):
        address = reverse(f"lowcode:{name}_discard", args=[made.pk])
        assert address in html.links(browser.get(made.get_absolute_url()))
        assert str(made) in html.text(browser.get(address))
        assert made.versions.count() == 2  # asking does nothing
        assert browser.post(address).url == made.get_absolute_url()
        assert list(made.versions.values_list("number", "state")) == [(1, "published")]
        assert address not in html.links(browser.get(made.get_absolute_url()))
    entry = Entry.objects.get(event="lowcode.form_discarded")
    assert (entry.facts["version"], entry.facts["digest"]) == (2, digest_of(changed))
    assert Entry.objects.filter(event="lowcode.flow_discarded").count() == 1


def test_what_was_never_in_use_goes_altogether(browser: Client, form: Any, flow: Any):
    for name, made, shelf in (("form", form, "forms"), ("flow", flow, "flows")):
        response = browser.post(reverse(f"lowcode:{name}_discard", args=[made.pk]))
        assert response.url == reverse(f"lowcode:{shelf}")
        assert not type(made).objects.filter(pk=made.pk).exists()


def test_the_code_and_the_type_of_document_are_free_again(office: Office, form: Any, flow: Any):
    assert not forms.discard_form(office.officer, form)
    assert not flows.discard_flow(office.officer, flow)
    place = Place(office.tree.banner)
    forms.create_form(office.officer, place=place, purpose=FormPurpose.SURVEY, code="grass", name=Words("调查"))
    flows.create_flow(office.officer, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"))


def test_nothing_in_use_is_discarded(office: Office, browser: Client, form: Any, flow: Any):
    forms.publish_form(office.officer, form)
    flows.publish_flow(office.officer, flow)
    with pytest.raises(RuleViolation, match="no draft to discard"):
        forms.discard_form(office.officer, form)
    with pytest.raises(RuleViolation, match="no draft to discard"):
        flows.discard_flow(office.officer, flow)
    assert browser.post(reverse("lowcode:form_discard", args=[form.pk])).status_code == 422
    assert browser.post(reverse("lowcode:flow_discard", args=[flow.pk])).status_code == 422
    assert (form.versions.count(), flow.versions.count()) == (1, 1)


@pytest.mark.parametrize(
    ("role", "place"),
    [("banner_officer", "neighbour"), ("league_officer", "league"), ("region_officer", "root"), ("auditor", "banner")],
)
def test_nobody_else_discards(office: Office, form: Any, flow: Any, role: str, place: str):
    stranger = office.another(role, getattr(office.tree, place))
    with pytest.raises(NotAllowed):
        forms.discard_form(stranger, form)
    with pytest.raises(NotAllowed):
        flows.discard_flow(stranger, flow)
    browser = client_of(role, getattr(office.tree, place))
    for name, made in (("form", form), ("flow", flow)):
        address = reverse(f"lowcode:{name}_discard", args=[made.pk])
        assert browser.get(address).status_code in {403, 404}
        assert browser.post(address).status_code in {403, 404}
    assert (form.versions.count(), flow.versions.count()) == (1, 1)
