"""Files and texts of flows and forms that were made to break readers: a sentence that names what is wrong, nothing kept."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.lowcode.jsontext import MAX_DEPTH, read_json
from apps.lowcode.models import FlowDefinition, FormDefinition
from apps.lowcode.services import flows
from apps.lowcode.tests.approving import SUBJECT, make_office
from apps.lowcode.tests.flows import definition, step
from apps.lowcode.words import Words
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing import html

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D1")]
GOOD = definition(step("head"))
FORM = '{"format": 1, "code": "a", "purpose": "survey", "name": {"zh": "x"}, "fields": [%s]}'


def deep(levels: int, opened: str = "[", closed: str = "]") -> str:
    return opened * levels + ("1" if opened != "[" else "") + closed * levels


HOSTILE = {  # a text, and what is said of it
    "deep": (deep(100_000), "嵌套超过100层"),
    "not so deep": (deep(450), "嵌套超过100层"),
    "deep objects": (deep(450, '{"not":', "}"), "嵌套超过100层"),
    "twice": ('{"format": 1, "steps": [], "steps": [1]}', "“steps”在同一对象中出现两次"),
    "digits": ("9" * 5000, "数字位数过多"),
    "line": ('{"format": 1,\n x}', "第2行第2列"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_every_door(world, monkeypatch, name):
    office = make_office(monkeypatch)
    flow = flows.create_flow(
        office.officer, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"), body=GOOD
    )
    browser, (text, words) = client_of("banner_officer", office.tree.banner), HOSTILE[name]
    for door in ("flow_import", "form_import"):
        response = browser.post(reverse(f"lowcode:{door}"), {"file": SimpleUploadedFile("x.json", text.encode())})
        assert (response.status_code, words in html.text(response)) == (422, True), door
    designed = browser.post(reverse("lowcode:flow_design", args=[flow.pk]), {"revision": 1, "body": text})
    assert (designed.status_code, words in html.text(designed)) == (422, True)
    assert saved(browser, flow, text) == 409
    assert flow.versions.get().body == GOOD
    assert not FormDefinition.objects.exists()


def saved(browser: Client, flow: FlowDefinition, text: str) -> int:
    data = f'{{"revision": 1, "body": {text}}}'
    address = reverse("lowcode:flow_save", args=[flow.pk])
    return int(browser.post(address, data, content_type="application/json").status_code)


def test_a_mark_of_byte_order_hurts_nobody():
    text = "\ufeff" + json.dumps(GOOD)
    assert read_json(text) == read_json(text.encode()) == GOOD


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_named(encoding):
    with pytest.raises(RuleViolation, match="UTF-8"):
        read_json('{"名称": 1}'.encode(encoding))


def test_the_deepest_text_that_is_read():
    assert read_json(deep(MAX_DEPTH))
    with pytest.raises(RuleViolation, match="nested"):
        read_json(deep(MAX_DEPTH + 1))


def test_half_a_character_in_a_name_is_said_and_shown(world):
    browser = client_of("banner_officer", world.tree.banner)
    text = FORM.replace('"fields"', '"\\ud800": 1, "fields"') % ""
    response = browser.post(reverse("lowcode:form_import"), {"file": SimpleUploadedFile("x.json", text.encode())})
    assert response.status_code == 422
    assert not FormDefinition.objects.exists()


def test_a_service_that_gets_a_bottomless_draft_refuses_it(world, monkeypatch):
    office = make_office(monkeypatch)
    body: Any = 1
    for _level in range(5000):
        body = [body]
    with pytest.raises(RuleViolation):
        flows.create_flow(
            office.officer, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"), body={"steps": body}
        )
    assert not FlowDefinition.objects.filter(region=office.tree.banner).exists()
