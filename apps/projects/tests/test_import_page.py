"""The page on which the finance office, and a department for its units, bring projects in from a file."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from guardian.models import UserObjectPermission
from openpyxl import Workbook, load_workbook

from apps.accounts import services as accounts
from apps.accounts.actors import actor_of
from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_actor, make_post, sign_in
from apps.budget.tests.factories import World, clerk_of
from apps.desk import services as desk
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.projects import services
from apps.projects.importing.report import ImportRefused
from apps.projects.models import Project, ProjectState
from apps.projects.tests.applications import category
from apps.projects.tests.test_import import CODES, bring, row, write
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
PAGE = "projects:import"


@pytest.fixture(autouse=True)
def catalogue(world: World) -> None:
    category()


@pytest.fixture
def send(settings, tmp_path, django_capture_on_commit_callbacks):
    """Posts a file and does the job; gives the page of what the import did."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def post(browser: Client, path: Path, **fields: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
            response = browser.post(reverse(PAGE), {"file": file, "year": "2027", **fields})
        assert response.status_code == 302, response.content.decode()
        job = Job.objects.latest("pk")
        assert browser.get(job.get_absolute_url()).status_code == 200
        return browser.get(job.result_url)

    return post


def officer(world: World) -> Client:
    return client_of("banner_officer", world.tree.banner)


def reviewer(world: World) -> Client:
    return client_of("department_reviewer", world.unit.department)


def workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    book = Workbook()
    sheet: Any = book.active
    for cells in (list(rows[0]), *(list(cells.values()) for cells in rows)):
        sheet.append(cells)
    book.save(path)
    return path


def test_an_office_brings_a_file_in_and_sees_what_it_did(world, tmp_path, send):
    browser = officer(world)
    path = workbook(tmp_path / "项目.xlsx", [row(world), row(world, "", 储备状态="草稿")])
    page = send(browser, path)
    assert (page.context["report"]["created"], page.context["report"]["refused"]) == (2, False)
    assert "1,600,000.00" in html.text(page)
    assert Project.objects.count() == 2
    again = send(browser, path)
    assert (again.context["report"]["created"], again.context["report"]["same"]) == (0, 2)
    job = Job.objects.latest("pk")
    assert job.result["summary"] in html.text(browser.get(job.get_absolute_url()))


def test_a_refused_file_comes_back_marked_and_is_mended(world, tmp_path, send):
    browser = officer(world)
    bad = [row(world), row(world, CODES[1], 项目名称=""), row(world, CODES[2], 资金性质="9")]
    page = send(browser, workbook(tmp_path / "项目.xlsx", bad))
    assert {error["cell"] for error in page.context["report"]["errors"]} == {"B3", "H4"}
    assert page.context["report"]["refused"]
    assert not Project.objects.exists()
    (link,) = [link for link in html.links(page) if link.endswith(".xlsx")]
    book = load_workbook(io.BytesIO(b"".join(browser.get(link).streaming_content)))
    cells = {str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line}
    assert {error["message"] for error in page.context["report"]["errors"]} <= cells
    assert Entry.objects.filter(event="evidence.downloaded").count() == 1
    send(browser, workbook(tmp_path / "项目.xlsx", [row(world), row(world, CODES[1]), row(world, CODES[2])]))
    assert Project.objects.count() == 3


def test_good_rows_alone_or_only_a_look(world, tmp_path, send):
    browser = officer(world)
    path = write(tmp_path / "a.csv", [row(world), row(world, CODES[1], 项目名称="")])
    assert send(browser, path, partial="on", dry_run="on").context["report"]["dry_run"]
    assert not Project.objects.exists()
    page = send(browser, path, partial="on")
    assert (page.context["report"]["refused"], page.context["report"]["bad_rows"]) == (False, 1)
    assert Project.objects.get().code == CODES[0]


def test_two_hundred_errors_are_shown_and_all_are_counted(world, tmp_path, send):
    rows = [row(world, f"15010227T{number:012d}", 轻重缓急="9") for number in range(230)]
    page = send(officer(world), write(tmp_path / "a.csv", rows))
    assert (len(page.context["report"]["errors"]), page.context["report"]["error_count"]) == (200, 230)


def test_the_year_of_the_page_is_that_of_rows_without_one(world, tmp_path, send):
    send(officer(world), write(tmp_path / "a.csv", [row(world)]), year="2027")
    assert Project.objects.get().setup_year == 2027


def test_the_page_refuses_what_is_no_file_or_no_open_year(world, settings):
    browser = officer(world)
    assert browser.post(reverse(PAGE), {"year": "2027"}).status_code == 422
    file = SimpleUploadedFile("a.csv", b"x")
    assert browser.post(reverse(PAGE), {"file": file, "year": "1999"}).status_code == 422
    settings.IMPORT_MAX_BYTES = 3
    large = SimpleUploadedFile("a.csv", b"xxxx")
    assert browser.post(reverse(PAGE), {"file": large, "year": "2027"}).status_code == 422
    assert not Job.objects.exists()


def test_a_file_that_is_no_table_fails_with_its_sentence(world, tmp_path, settings, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path / "files"
    browser = officer(world)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse(PAGE), {"file": SimpleUploadedFile("a.csv", "姓名\n巴图".encode()), "year": "2027"})
    job = Job.objects.get()
    assert job.state == "failed"
    assert job.error in html.text(browser.get(job.get_absolute_url()))


def test_a_department_brings_in_drafts_which_its_units_complete(world, tmp_path, send):
    page = send(reviewer(world), write(tmp_path / "a.csv", [row(world, "", 储备状态="草稿")]))
    assert page.context["report"]["created"] == 1
    project = Project.objects.select_related("unit", "region").get()
    assert project.state == ProjectState.DRAFT
    saved = services.save_project(
        clerk_of(world.unit), project, revision=project.revision, fields={"overview": "补充概况"}
    )
    assert saved.errors == {}


def test_a_department_brings_nothing_into_the_store_and_nothing_of_others(world, tmp_path):
    other = UnitFactory(region=world.tree.banner, department=DepartmentFactory(region=world.tree.banner, code="205"))
    actor = make_actor("department_reviewer", world.unit.department)
    draft = {"储备状态": "草稿", "项目代码": ""}
    rows = [row(world), row(world, **draft, 单位代码=other.code), row(world, **draft, 单位代码="", 单位名称=other.name)]
    with pytest.raises(ImportRefused) as refused:
        bring(world, write(tmp_path / "a.csv", rows), actor=actor)
    found = [(error.row, error.column) for error in refused.value.report.errors]
    assert found == [(2, "state"), (3, "unit_code"), (4, "unit_name")]
    with pytest.raises(NotAllowed):
        bring(world, write(tmp_path / "b.csv", rows[1:]), actor=actor, region=world.tree.neighbour)


def test_drafts_are_brought_in_by_a_grant_of_their_own(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, 储备状态="草稿", 项目代码="")])
    actor = make_actor("department_reviewer", world.unit.department)
    post = Post.objects.get(pk=actor.post_id)
    browser = sign_in(Client(), User.objects.get(pk=actor.user_id), post)
    assert browser.get(reverse(PAGE)).status_code == 200
    UserObjectPermission.objects.filter(user=actor.user_id, permission__codename="projects_draft").delete()
    without = actor_of(post)
    assert without.can("lowcode.act")  # who approves applications does not bring any in for that alone
    with pytest.raises(NotAllowed):
        bring(world, path, actor=without)
    assert browser.get(reverse(PAGE)).status_code == 403
    file = SimpleUploadedFile("a.csv", path.read_bytes())
    assert browser.post(reverse(PAGE), {"file": file, "year": "2027"}).status_code == 403
    assert reverse(PAGE) not in html.links(browser.get(reverse("projects:projects")))
    accounts.align_rights(system_actor("align_rights"))  # posts of before get it so
    assert actor_of(post).can("projects.draft")


OPEN = {"banner_officer": 200, "finance_leader": 403, "auditor": 403}


def test_the_page_is_open_to_offices_and_departments_only(world):
    seen = {role: client_of(role, world.tree.banner).get(reverse(PAGE)).status_code for role in OPEN}
    assert seen == OPEN
    assert client_of("league_officer", world.tree.league).get(reverse(PAGE)).status_code == 200
    assert client_of("region_officer", world.tree.root).get(reverse(PAGE)).status_code == 200
    assert reviewer(world).get(reverse(PAGE)).status_code == 200
    for role in ("unit_clerk", "unit_head"):
        browser = client_of(role, world.unit)
        assert browser.get(reverse(PAGE)).status_code == 403
        file = SimpleUploadedFile("a.csv", b"x")
        assert browser.post(reverse(PAGE), {"file": file, "year": "2027"}).status_code == 403
    assert client_of("system_admin", world.tree.root).get(reverse(PAGE)).status_code == 403
    assert not Job.objects.exists()


def test_the_list_leads_to_the_page_for_those_who_may(world):
    address = reverse(PAGE)
    library = reverse("projects:projects")
    assert address in html.links(officer(world).get(library))
    assert address in html.links(reviewer(world).get(library))
    assert address not in html.links(client_of("unit_clerk", world.unit).get(library))
    assert address not in html.links(client_of("auditor", world.tree.banner).get(library))


def test_the_page_leads_to_the_template_which_the_import_reads(world, tmp_path, send):
    browser = officer(world)
    (link,) = [link for link in html.links(browser.get(reverse(PAGE))) if link.endswith("template.xlsx")]
    response = browser.get(link)
    assert response["Content-Type"].endswith("sheet")
    book = load_workbook(io.BytesIO(response.content))
    sheet = book["项目"]
    sheet.append([row(world).get(str(head.value)) for head in sheet[1]])
    book.save(tmp_path / "a.xlsx")
    assert send(browser, tmp_path / "a.xlsx").context["report"]["created"] == 1


def test_nobody_else_sees_what_an_import_did(world, tmp_path, send):
    browser = officer(world)
    page = send(browser, write(tmp_path / "a.csv", [row(world, 项目名称="")]))
    job = Job.objects.get()
    marked = reverse("projects:import_marked", args=[job.params["token"]])
    assert marked in html.links(page)
    for other in (officer(world), client_of("auditor", world.tree.banner), client_of("unit_clerk", world.unit)):
        assert [other.get(address).status_code for address in (job.result_url, marked)] == [404, 404]
    assert browser.get(marked).status_code == 200
    Post.objects.filter(pk=job.post_id).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert browser.get(marked).status_code in {403, 404}
    assert browser.get(job.result_url).status_code in {403, 404}


@pytest.mark.parametrize("role", ["banner_officer", "department_reviewer"])
def test_a_post_that_ended_before_the_job_ran_imports_nothing(world, tmp_path, settings, role):
    settings.MEDIA_ROOT = tmp_path / "files"
    post = make_post(role, world.unit.department if role == "department_reviewer" else world.tree.banner)
    browser = sign_in(Client(), post.user)
    with write(tmp_path / "a.csv", [row(world, "", 储备状态="草稿")]).open("rb") as file:
        browser.post(reverse(PAGE), {"file": file, "year": "2027"})
    Post.objects.filter(pk=post.pk).update(valid_from="2020-01-01", valid_to="2020-12-31")
    desk.run(Job.objects.get().pk)
    assert Job.objects.get().state == "failed"
    assert not Project.objects.exists()
