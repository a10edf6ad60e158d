"""Files of registers and rosters come in as background work: told in rows, taken whole or not at all, and not kept."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, sign_in
from apps.desk import services as desk
from apps.desk.models import Job, JobState
from apps.subsidy.models import Household, Roster
from apps.subsidy.tests.factories import card, household, person, places, write
from apps.subsidy.tests.rosters import make_office
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture
def office(world, settings, tmp_path):
    settings.SIGNING_KEY = b"\x05" * 32
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_office(world)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Posts a file, does its job, and gives the job with the page that says what became of it."""

    def post(browser, address, path, **fields):
        with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
            response = browser.post(address, fields | {"file": file})
        assert response.status_code == 302, response.content.decode()
        job = Job.objects.latest("pk")
        assert response.url == job.get_absolute_url()
        return job, html.text(browser.get(job.get_absolute_url()))

    return post


def test_a_register_is_brought_in_and_told_and_its_file_is_not_kept(office, tmp_path, send):
    browser, address = browser_of(office.officer), reverse("subsidy:register_import")
    rows = [*places(office.region), {"编码": "999999100000", "名称": "别处"}]
    job, page = send(browser, address, write(tmp_path, "places", rows), register="places")
    assert (job.state, job.result["report"]["refused"]) == (JobState.DONE, True)
    assert "6 该编码不属于本地区。" in page
    path = write(tmp_path, "households", [household(office.region, 50), household(office.region, 51)])
    job, page = send(browser, address, path, register="households")
    assert (job.result["report"]["rows"], job.result["report"]["written"]) == (2, 2)
    assert "households.csv" in page
    assert Household.objects.filter(code=f"{office.region.code}000050").exists()
    assert not Path(job.file.path).exists()
    for secret in (person(50, office.region.code), card(50)):
        assert secret not in page
        assert secret not in str(job.result)
    assert browser_of(office.clerk).get(job.get_absolute_url()).status_code == 404


def test_places_of_all_levels_are_counted_as_written(office, tmp_path, send):
    region = office.region
    rows = [{"编码": f"{region.code}200000", "名称": "新苏木"}, {"编码": f"{region.code}200001", "名称": "新嘎查"}]
    address = reverse("subsidy:register_import")
    job, _page = send(browser_of(office.officer), address, write(tmp_path, "places", rows), register="places")
    assert job.result["report"]["written"] == 2


def roster_rows(office, **cells):
    row = household(office.region, 1)
    wanted = ("户编码", "户主", "身份证号", "社保卡号", "开户行", "行号")
    return [{name: row[name] for name in wanted} | {"数量": "100", "金额(元)": "850.00"} | cells]


def test_lines_of_a_roster_are_brought_in_and_a_refused_file_leaves_the_old_ones(office, tmp_path, send):
    browser, roster = browser_of(office.clerk), office.begun()
    address = reverse("subsidy:roster_import", args=[roster.pk])
    job, page = send(browser, address, write(tmp_path, "roster", roster_rows(office)))
    assert (job.result["report"]["written"], Roster.objects.get().count) == (1, 1)
    assert reverse("subsidy:roster", args=[roster.pk]) in html.links(browser.get(job.get_absolute_url()))
    wrong = roster_rows(office, **{"金额(元)": "多少"})
    job, page = send(browser, address, write(tmp_path, "roster", wrong))
    assert job.result["report"]["refused"]
    assert "金额(元)" in page
    assert Roster.objects.get().count == 1


def test_a_job_whose_worker_died_is_done_again_and_writes_no_row_twice(office, tmp_path, monkeypatch):
    path = write(tmp_path, "households", [household(office.region, 50)])
    upload = SimpleUploadedFile("牧户.csv", path.read_bytes())
    params = {"register": "households", "region": office.region.pk, "name": upload.name}
    job = desk.start_job(office.officer, "subsidy.register", params, file=upload)

    def die(*args, **facts):
        raise SystemExit  # as a killed process: nothing of ours runs afterwards, the transaction is gone

    with monkeypatch.context() as killed:
        killed.setattr("apps.subsidy.services.registers.evidence.append", die)
        with pytest.raises(SystemExit):
            desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Household.objects.count()) == (JobState.RUNNING, 4)
    assert Path(job.file.path).exists()
    for _again in range(2):
        desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["report"]["written"], Household.objects.count()) == (JobState.DONE, 1, 5)


def test_a_post_that_ended_meanwhile_brings_nothing_in(office, tmp_path):
    path = write(tmp_path, "households", [household(office.region, 50)])
    params = {"register": "households", "region": office.region.pk, "name": "牧户.csv"}
    upload = SimpleUploadedFile("牧户.csv", path.read_bytes())
    job = desk.start_job(office.officer, "subsidy.register", params, file=upload)
    Post.objects.filter(pk=office.officer.post_id).update(valid_to="2020-01-01", valid_from="2019-01-01")
    desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Household.objects.count()) == (JobState.FAILED, 4)


def test_a_file_that_is_too_large_and_who_may_not(office, tmp_path, settings, world):
    address = reverse("subsidy:register_import")
    path = write(tmp_path, "places", places(office.region))
    settings.IMPORT_MAX_BYTES = 10
    with path.open("rb") as file:
        refused = browser_of(office.officer).post(address, {"register": "places", "file": file})
    assert refused.status_code == 422
    assert client_of("auditor", world.tree.banner).get(address).status_code == 403
    assert not Job.objects.exists()
