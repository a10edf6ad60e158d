"""Letters of an approval: one a unit, to the cent, for whom they are for; a killed worker goes on where it was."""

import hashlib
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.budget import services as budget
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import line, make_compilation, make_sheet, officer_of, one_round
from apps.codes.models import ExpenditureKind
from apps.desk import services as desk
from apps.desk.models import Job, JobState
from apps.evidence.models import Entry
from apps.ledger.models import Authority, AuthorityDocument
from apps.ledger.tests.factories import load_chart
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.models import ProjectSetting
from apps.regions.models import Unit
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from apps.reports.letters import letter_document
from apps.reports.services import letters, make_document

# Jobs tell their progress over a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
HEAD = {
    "number": "新财预〔2027〕1号",
    "title": "关于批复2027年预算的通知",
    "dated": date(2027, 1, 25),
    "basis": "新城区人大一次会议决议",
}


@pytest.fixture(autouse=True)
def results(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "results"


@pytest.fixture
def submitted(world: Any) -> AuthorityDocument:
    """The approval of three units, under way."""
    load_chart()
    call_command("load_flows", verbosity=0)
    codes, banner = world.codes, world.unit.region
    task = {"kind": ExpenditureKind.PROJECT, "project_name": "草原生态修复"}
    make_sheet(
        codes, world.unit, [line(codes, "1234567.89"), line(codes, "250.50", department_economic=codes.office, **task)],
        "accepted",
    )  # fmt: skip
    other = DepartmentFactory(region=banner, code="119")
    for number in (2, 3):
        unit = UnitFactory(region=banner, department=other)
        make_sheet(codes, unit, [line(codes, f"{number}000.00")], "accepted")
    make_post("finance_leader", banner)  # whom the flow leads to
    one_round(banner)
    compilation = make_compilation(codes, banner, "compiled")
    return budget.draw_up_approval(officer_of(banner), compilation, HEAD)


@pytest.fixture
def document(world: Any, submitted: AuthorityDocument) -> AuthorityDocument:
    """The same, posted."""
    task = Task.objects.get(case__document_id=submitted.pk, case__subject="ledger.document", state="open")
    tasks.approve(actor_of(Post.objects.with_nodes().get(pk=task.post_id)), task)
    submitted.refresh_from_db()
    return submitted


def words(content: bytes) -> str:
    """What the file says, whatever stands on which line."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))


def where(document: AuthorityDocument, unit: Unit) -> str:
    return reverse("reports:letter", args=[document.pk, unit.pk])


def test_a_letter_says_what_the_unit_has_authority_for(world, document):
    answer = client_of("unit_clerk", world.unit).get(where(document, world.unit))
    text = words(answer.content)
    for authority in Authority.objects.filter(document=document, unit=world.unit).select_related("balance", "function"):
        assert f"{authority.balance.amount:,.2f}" in text
        assert authority.function.code in text
    assert "1,234,818.39" in text  # the total, and in capital characters
    assert "壹佰贰拾叁万肆仟捌佰壹拾捌元叁角玖分" in text
    for said in (document.number, document.basis, world.unit.name, "草原生态修复", "2,000.00"):
        assert (said in text) is (said != "2,000.00")  # nothing of another unit
    assert Entry.objects.get(event="reports.made").subject_id == str(document.pk)


def test_the_parts_of_the_text_are_sums_of_the_authorities(world, document):
    made = letter_document(document, world.unit, mongolian=False)
    table = made.sections[-1]
    assert [row.cells[-1] for row in table.rows] == [Decimal("1234567.89"), Decimal("250.50"), Decimal("1234818.39")]
    said = made.sections[1].text
    assert [f"{Decimal(amount):,.2f}" in said for amount in ("1234567.89", "250.50", "1234818.39")] == [True] * 3


def test_money_of_no_budget_is_named_beside_the_three(world, document):
    made = letter_document(document, world.unit, mongolian=False).sections[1].text
    fund = world.codes.fund
    type(fund).objects.filter(pk=fund.pk).update(code="3111")
    assert letter_document(document, world.unit, mongolian=False).sections[1].text != made
    assert letter_document(document, world.unit, mongolian=False).sections[1].text.count("1,234,818.39") == 2


def test_the_letter_carries_mongolian_where_the_region_wants_it(world, document):
    ProjectSetting.objects.create(region=document.region, mongolian_documents=True)
    found = Client()
    post = make_post("unit_clerk", world.unit)
    pages = pypdf.PdfReader(io.BytesIO(sign_in(found, post.user).get(where(document, world.unit)).content)).pages
    boxes = [page.mediabox.width > page.mediabox.height for page in pages]
    assert set(boxes) == {False, True}
    assert boxes == sorted(boxes)  # lying pages for standing script, behind the Chinese ones


def test_a_letter_is_for_the_unit_its_department_and_the_office(world, document):
    address, banner = where(document, world.unit), document.region
    other = Unit.objects.filter(department__code="119").first()
    allowed = [
        ("unit_clerk", world.unit),
        ("unit_head", world.unit),
        ("department_reviewer", world.unit.department),
        ("banner_officer", banner),
        ("league_officer", world.tree.league),
    ]
    refused = [
        ("unit_clerk", other),
        ("department_reviewer", other.department),
        ("banner_officer", world.tree.neighbour),
        ("league_officer", world.tree.other_league),
    ]
    assert {client_of(*who).get(address).status_code for who in allowed} == {200}
    assert {client_of(*who).get(address).status_code for who in refused} == {404}
    assert client_of("expert", banner).get(address).status_code == 403


def test_no_letter_before_the_approval_is_posted_and_none_to_who_got_nothing(world, submitted):
    officer = client_of("banner_officer", submitted.region)
    assert officer.get(where(submitted, world.unit)).status_code == 404
    assert officer.post(reverse("reports:letters", args=[submitted.pk])).status_code == 403
    assert not Job.objects.exists()


def test_a_unit_without_authority_has_no_letter(world, document):
    without = UnitFactory(region=document.region)
    assert client_of("banner_officer", document.region).get(where(document, without)).status_code == 404
    assert client_of("banner_officer", document.region).get(where(document, world.league_unit)).status_code == 404


def start(document: AuthorityDocument, who: Client, capture: Any, run: bool = True) -> Job:
    with capture(execute=run):
        who.post(reverse("reports:letters", args=[document.pk]))
    return Job.objects.get()


def state_of(folder: Any) -> dict[str, tuple[int, str]]:
    """Each letter that is kept: when it was written and what it is."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.glob("*.pdf")
    }


def test_a_killed_worker_goes_on_where_it_was(
    world, document, results, monkeypatch, django_capture_on_commit_callbacks
):
    job = start(document, client_of("banner_officer", document.region), django_capture_on_commit_callbacks, run=False)
    render, made = letters.render_pdf, []

    def killed(wanted):
        if len(made) == 2:
            raise SystemExit
        made.append(wanted)
        return render(wanted)

    monkeypatch.setattr(letters, "render_pdf", killed)
    with pytest.raises(SystemExit):
        desk.run(job.pk)
    folder = results / f"{job.params['token']}.parts"
    first = state_of(folder)
    assert len(first) == 2
    (folder / "999.pdf.new").write_bytes(b"half")  # what a kill while writing leaves
    job.refresh_from_db()
    assert job.state == JobState.RUNNING

    again: list[Any] = []
    monkeypatch.setattr(letters, "render_pdf", lambda wanted: again.append(wanted) or render(wanted))
    with django_capture_on_commit_callbacks():
        desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(again), job.result["documents"]) == (JobState.DONE, 1, 3)
    assert {name: seen for name, seen in state_of(folder).items() if name in first} == first
    archive = zipfile.ZipFile(results / f"{job.params['token']}.zip")
    units = Unit.objects.filter(region=document.region)
    assert sorted(archive.namelist()) == sorted(f"{unit.code}-{unit.name}.pdf" for unit in units)
    assert "2,000.00" in "".join(words(archive.read(name)) for name in archive.namelist())
    assert Entry.objects.filter(event="reports.letters_made").count() == 1


def test_nothing_is_left_lying_once_the_file_is_made(document, results, django_capture_on_commit_callbacks):
    job = start(document, client_of("banner_officer", document.region), django_capture_on_commit_callbacks)
    assert job.state == JobState.DONE
    assert [path.suffix for path in results.iterdir()] == [".zip"]


def test_only_officers_of_the_region_make_and_take_all_letters(world, document, django_capture_on_commit_callbacks):
    region = document.region
    for role, node, status in (
        ("banner_officer", world.tree.neighbour, 404),
        ("league_officer", world.tree.league, 403),
        ("finance_leader", region, 403),
        ("unit_head", world.unit, 404),
        ("expert", region, 403),
    ):
        answer = client_of(role, node).post(reverse("reports:letters", args=[document.pk]))
        assert answer.status_code == status, role
    assert not Job.objects.exists()
    address = start(document, client_of("banner_officer", region), django_capture_on_commit_callbacks).result_url
    colleague = client_of("banner_officer", region)
    assert zipfile.ZipFile(io.BytesIO(b"".join(colleague.get(address)))).testzip() is None
    assert Entry.objects.filter(event="evidence.downloaded", facts__kind="zip").count() == 1
    for role, node in (("banner_officer", world.tree.neighbour), ("finance_leader", region), ("unit_head", world.unit)):
        assert client_of(role, node).get(address).status_code == 404, role
    assert colleague.get(reverse("reports:letters_file", args=["0" * 32])).status_code == 404


def test_the_compilation_shows_its_approval_and_the_sheet_its_letter(world, document):
    page = reverse("budget:compilation", args=[document.approval.compilation_id])
    shown = client_of("banner_officer", document.region).get(page).content.decode()
    assert document.number in shown
    assert reverse("reports:letters", args=[document.pk]) in shown
    assert (
        reverse("reports:letters", args=[document.pk])
        not in client_of("auditor", document.region).get(page).content.decode()
    )
    approved = BudgetSheet.objects.get(unit=world.unit, round="second_down")
    assert BudgetLine.objects.filter(sheet=approved).exists()
    unit = client_of("unit_head", world.unit)
    assert where(document, world.unit) in unit.get(approved.get_absolute_url()).content.decode()
    asked = BudgetSheet.objects.get(unit=world.unit, round="first_up")
    assert where(document, world.unit) not in unit.get(asked.get_absolute_url()).content.decode()


def test_a_letter_is_the_same_each_time(world, document):
    actor = officer_of(document.region)
    made = [
        make_document(actor, document, lambda: letter_document(document, world.unit, mongolian=True), "pdf")[1]
        for _time in range(2)
    ]
    assert made[0] == made[1]
