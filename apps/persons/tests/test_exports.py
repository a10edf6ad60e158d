"""Lists with personal data leave for a reason, up to a number of rows, marked with who took them, and are written down."""

import io
from zipfile import BadZipFile

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, sign_in
from apps.audit.models import Record
from apps.disbursement.services import enter_payee
from apps.disbursement.tests.factories import make_treasury
from apps.evidence.models import Entry
from imbudget.kit.testing.books import unlocked

pytestmark = pytest.mark.django_db
ACCOUNT = "6228480100000000007"
SECRET = "Caoyuan#Mengu27"
WHY = {"cause": "audit", "reason": "年度专项检查"}


@pytest.fixture
def treasury(world):
    made = make_treasury(world)
    for number, name in enumerate(("阿拉坦", "=1+1"), 7):
        enter_payee(
            made.clerk, {"kind": "person", "name": name, "account": f"62284801000000000{number:02}", "is_staff": True}
        )
    return made


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


def address(kind, query=""):
    return reverse("disbursement:payees") + f"?export={kind}{query}"


def text_of(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


@pytest.mark.covers("H2", "C1", "D1")
def test_a_list_of_persons_asks_why_and_is_marked(treasury):
    browser = browser_of(treasury.clerk)
    asked = browser.get(address("csv"))
    assert asked.status_code == 200
    assert "text/html" in asked["Content-Type"]
    assert browser.post(address("csv"), {"cause": "audit", "reason": ""}).status_code == 422
    assert not Record.objects.filter(kind="persons.exported").exists()
    file = browser.post(address("csv", f"&q={ACCOUNT}&columns=name,account"), WHY)
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Cache-Control"] == "no-store"
    kept = Record.objects.get(kind="persons.exported")
    assert (kept.reason, kept.facts["file"], kept.facts["clear"]) == (WHY["reason"], "csv", False)
    assert ACCOUNT not in str(kept.facts) + str(Entry.objects.latest("pk").facts)  # the search is not kept whole
    whole = browser.post(address("csv"), WHY)
    lines = text_of(whole).strip().splitlines()
    assert ACCOUNT not in "".join(lines)
    assert "***************0007" in "".join(lines)
    assert treasury.clerk.name in lines[-1]
    assert treasury.clerk.post_label.split(" · ")[0] in lines[-1]
    assert str(Record.objects.latest("pk").pk) in lines[-1]
    assert any(line.startswith("'=1+1") for line in lines)


@pytest.mark.covers("H2")
def test_whole_numbers_are_asked_for_and_stand_in_a_marked_workbook(treasury):
    browser, clear = browser_of(treasury.clerk), WHY | {"clear": "on"}
    for wrong in ({}, {"password": "12345678"}):
        assert browser.post(address("xlsx"), clear | wrong).status_code == 422
    assert browser.post(address("csv"), clear | {"password": SECRET}).status_code == 422
    assert not Record.objects.filter(kind="persons.exported").exists()
    file = browser.post(address("xlsx"), clear | {"password": SECRET})
    assert ACCOUNT.encode() not in file.content
    with pytest.raises(BadZipFile):
        load_workbook(io.BytesIO(file.content))
    assert SECRET not in str(Record.objects.get(kind="persons.exported").facts)
    sheet = load_workbook(unlocked(file.content, SECRET)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert ACCOUNT in cells
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"} == {"s"}
    assert treasury.clerk.name in sheet.oddHeader.center.text
    assert treasury.clerk.name in sheet.oddFooter.center.text
    assert treasury.clerk.name in cells[-1]
    assert Record.objects.get(kind="persons.exported").facts["clear"] is True


@pytest.mark.covers("H2", "B6")
def test_who_may_not_and_too_many_rows_are_refused(settings, world, treasury):
    for role, node in (
        ("auditor", world.tree.banner),
        ("unit_head", world.unit),
        ("finance_leader", world.tree.banner),
    ):
        browser = client_of(role, node)
        assert browser.get(address("csv")).status_code == 403, role
        assert browser.post(address("csv"), WHY).status_code == 403, role
    settings.PERSONS_FILE_ROWS = 1
    refused = browser_of(treasury.clerk).post(address("csv"), WHY)
    assert refused.status_code == 422
    assert not Record.objects.filter(kind="persons.exported").exists()
    no_person = browser_of(treasury.clerk).get(address("csv", "&columns=kind,bank_name"))
    assert no_person.streaming  # without a column about persons it is a list like any other
