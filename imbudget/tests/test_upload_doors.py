"""Every door that takes a table file, and what people or attackers send there instead: a sentence, and nothing is kept."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.models import BudgetSheet, ControlFigure
from apps.budget.tests.factories import World, make_sheet
from apps.desk.models import Job, JobState
from apps.disbursement.models import Payee
from apps.disbursement.tests.factories import Treasury
from apps.files.models import StoredFile
from apps.ledger.models import DocumentKind, DocumentLine
from apps.ledger.tests.factories import make_document
from apps.projects.models import Project
from apps.review.models import Expert
from apps.subsidy.tests.rosters import make_office
from imbudget.kit.testing import html

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.covers("D1")]
BINARY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


HOSTILE = {
    "空.xlsx": b"",
    "文稿.xlsx": b"%PDF-1.4\n1 0 obj\n",
    "网页.xls": "<html><table><tr><td>单位代码</td></tr></table>".encode(),
    "加密.xlsx": BINARY + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512),
    "表格.ods": zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    "炸弹.xlsx": zipped(**{"xl/workbook.xml": b" " * (170 << 20)}),
    "断开.xlsx": zipped(**{"[Content_Types].xml": b"<a/>"})[:40],
}
DOORS = {  # who goes in where, and what else the form sends
    "budget:import": ("banner_officer", {}),
    "budget:sheet_import": ("unit_clerk", {}),
    "budget:control_import": ("banner_officer", {}),
    "projects:import": ("banner_officer", {"year": "2027"}),
    "review:expert_import": ("banner_officer", {}),
    "ledger:document_upload": ("banner_officer", {"revision": "1"}),
    "disbursement:request_rows": ("unit_clerk", {"revision": "1"}),
    "disbursement:payee_import": ("unit_clerk", {}),
    "subsidy:register_import": ("banner_officer", {"register": "households"}),
    "subsidy:roster_import": ("unit_clerk", {}),
    "files:upload": ("unit_clerk", {}),
}


@pytest.mark.parametrize("door", DOORS)
def test_whatever_comes_is_refused_in_the_readers_language(
    world: World, door, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    role, more = DOORS[door]
    at = {
        "budget:sheet_import": lambda: make_sheet(world.codes, world.unit),
        "ledger:document_upload": lambda: make_document(world.tree.banner, DocumentKind.APPROVAL, []),
        "subsidy:roster_import": lambda: make_office(world).begun(),
        "disbursement:request_rows": lambda: Treasury(world).request(business="batch"),
    }
    address = reverse(door, args=[at[door]().pk] if door in at else [])
    browser = client_of(role, world.unit if role == "unit_clerk" else world.tree.banner)
    before = BudgetSheet.objects.count(), DocumentLine.objects.count(), Payee.objects.count()
    for name, content in HOSTILE.items():
        with django_capture_on_commit_callbacks(execute=True):
            response = browser.post(address, {"file": SimpleUploadedFile(name, content), **more})
        said = said_of(response)
        assert "文件" in said, (name, said)
        assert not content or name in said, (name, said)
    kept = [model.objects.count() for model in (ControlFigure, Project, Expert, StoredFile)]
    assert kept == [0, 0, 0, 0]
    assert (BudgetSheet.objects.count(), DocumentLine.objects.count(), Payee.objects.count()) == before


def said_of(response) -> str:
    """What the sender reads: on the page of the form, in the answer to a script, or in the job that failed."""
    if response.status_code == 302:
        job = Job.objects.latest("pk")
        assert job.state == JobState.FAILED
        return job.error
    assert response.status_code == 422
    return response.json()["error"] if "json" in response["Content-Type"] else html.text(response)
