"""The doors of files: out through the scope with a record, in ahead of a form; and the field of a form."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.actors import actor_of
from apps.accounts.tests.factories import client_of, sign_in
from apps.evidence.models import Entry
from apps.files import services
from apps.files.forms import UploadField
from apps.files.models import StoredFile
from apps.files.tests import samples
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
UPLOAD = reverse("files:upload")


@pytest.fixture
def stored(clerk, unit) -> StoredFile:
    upload = samples.upload("资金方案.pdf", samples.PDF)
    return services.store_file(actor_of(clerk), upload=upload, region=unit.region, unit=unit)


@pytest.fixture
def browser(clerk) -> Client:
    return sign_in(Client(), clerk.user)


@pytest.mark.covers("C1")
def test_a_download_is_an_attachment_with_a_record(stored, browser, clerk):
    answer = browser.get(stored.get_absolute_url())
    assert b"".join(answer.streaming_content) == samples.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(event="evidence.downloaded")
    assert (entry.facts["what"], entry.facts["file"]) == ("资金方案.pdf", str(stored.pk))
    assert entry.actor_id == str(clerk.user_id)


@pytest.mark.covers("B6")
def test_files_follow_the_scope_of_their_row(stored, tree, unit):
    other = UnitFactory(region=tree.banner, department=unit.department)
    seen = {
        "banner": client_of("banner_officer", tree.banner),
        "league": client_of("league_officer", tree.league),
        "auditor": client_of("auditor", tree.banner),
        "department": client_of("department_reviewer", unit.department),
    }
    unseen = {
        "other unit": client_of("unit_clerk", other),
        "neighbour": client_of("banner_officer", tree.neighbour),
        "other league": client_of("league_officer", tree.other_league),
        "administrator": client_of("system_admin", tree.root),
    }
    address = stored.get_absolute_url()
    assert {who: browser.get(address).status_code for who, browser in seen.items()} == dict.fromkeys(seen, 200)
    assert {who: browser.get(address).status_code for who, browser in unseen.items()} == dict.fromkeys(unseen, 404)
    assert Entry.objects.filter(event="evidence.downloaded").count() == len(seen)


def test_a_file_that_is_not_there_is_not_found(browser):
    assert browser.get(reverse("files:file", args=[uuid4()])).status_code == 404


@pytest.mark.covers("E1", "存储完整性")
def test_a_changed_file_is_told_of_and_not_given_out(stored, browser, media: Path):
    (media / "attachments" / stored.file.name).write_bytes(b"%PDF-other")
    answer = browser.get(stored.get_absolute_url())
    assert answer.status_code == 409
    assert "资金方案.pdf" in answer.content.decode()
    assert Entry.objects.filter(event="files.damaged").count() == 1
    assert not Entry.objects.filter(event="evidence.downloaded").exists()


def test_a_file_is_sent_ahead_to_the_units_place(browser, unit):
    answer = browser.post(UPLOAD, {"file": samples.upload("a.pdf", samples.PDF)})
    stored = StoredFile.objects.get()
    assert answer.json() == {"id": str(stored.pk), "name": "a.pdf", "url": stored.get_absolute_url()}
    assert (stored.unit_id, stored.region_id, stored.subject_label) == (unit.pk, unit.region_id, "")


def test_an_office_sends_to_its_region_or_to_a_unit_it_names(tree, unit):
    browser = client_of("banner_officer", tree.banner)
    for given, expected in (({}, None), ({"unit": unit.pk}, unit.pk)):
        browser.post(UPLOAD, {"file": samples.upload("a.pdf", samples.PDF), **given})
        stored = StoredFile.objects.latest("uploaded_at")
        assert (stored.region_id, stored.unit_id) == (tree.banner.pk, expected)


@pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 40, "neighbour"])
def test_a_place_out_of_sight_is_not_found(tree, browser, key):
    unit = UnitFactory(region=tree.neighbour).pk if key == "neighbour" else key
    assert browser.post(UPLOAD, {"file": samples.upload("a.pdf", samples.PDF), "unit": unit}).status_code == 404
    assert not StoredFile.objects.exists()


def test_a_refusal_comes_back_in_words(browser, tree):
    answer = browser.post(UPLOAD, {"file": samples.upload("报告.pdf", samples.EXE)})
    assert answer.status_code == 422
    assert "报告.pdf" in answer.json()["error"]
    assert browser.post(UPLOAD, {}).status_code == 422
    assert browser.get(UPLOAD).status_code == 405
    auditor = client_of("auditor", tree.banner)
    assert auditor.post(UPLOAD, {"file": samples.upload("a.pdf", samples.PDF)}).status_code == 403


@pytest.mark.covers("D1")
def test_a_huge_file_is_refused_and_leaves_nothing(browser, media: Path):
    answer = browser.post(UPLOAD, {"file": samples.upload("报告.pdf", samples.PDF + bytes(settings.FILE_MAX_BYTES))})
    assert answer.status_code == 422
    assert "报告.pdf" in answer.json()["error"]
    assert not StoredFile.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert settings.FILE_MAX_BYTES < 100 * 1024 * 1024


class SampleForm(forms.Form):
    paper = UploadField(allowed=("pdf",), required=False)


def test_the_field_takes_a_file_an_id_or_nothing():
    file = SimpleUploadedFile("a.pdf", samples.PDF)
    key = uuid4()
    for data, files, expected in (({}, {"paper": file}, file), ({"paper-id": str(key)}, {}, key), ({}, {}, None)):
        form = SampleForm(data, files)
        assert form.is_valid()
        assert form.cleaned_data["paper"] == expected
    assert isinstance(key, UUID)


@pytest.mark.parametrize(
    ("data", "files"), [({"paper-id": "x"}, {}), ({}, {"paper": SimpleUploadedFile("a.exe", samples.EXE)})]
)
def test_the_field_refuses_other_things(data, files):
    assert not SampleForm(data, files).is_valid()


def test_the_field_shows_its_present_file_and_where_to_send_another(stored):
    form = SampleForm(initial={"paper": stored})
    form.fields["paper"].widget.at(stored.region_id, stored.unit_id)
    text = str(form["paper"])
    for part in (f'data-upload="{UPLOAD}"', f'data-unit="{stored.unit_id}"', str(stored.pk), "资金方案.pdf", ".pdf"):
        assert part in text
    assert 'type="file"' in text
