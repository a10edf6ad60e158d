"""Files of jobs lie sealed, stand in clear while somebody works with them, and are gone afterwards however it ended."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from apps.accounts.tests.factories import make_actor
from apps.desk import sealing, services
from apps.desk.kinds import JobKind
from apps.desk.models import JobState
from imbudget.kit import crypto, registry
from imbudget.kit.errors import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.covers("E2", "G2")]
CONTENT = "身份证号\n150102198001011237\n".encode()


@pytest.fixture
def job_of(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, settings.CLEAR_DIR = tmp_path, tmp_path / "open"
    actor = make_actor("banner_officer", world.tree.banner)

    def make(run):
        monkeypatch.setitem(registry.job_kinds._rows, "tests.sealed", JobKind("tests", run))
        return services.start_job(actor, "tests.sealed", {}, file=ContentFile(CONTENT, name="牧户.csv"))

    return make


def on_disk(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in root.rglob("*") if path.is_file()]


def test_an_upload_lies_sealed_and_its_work_reads_it_in_clear(job_of, settings):
    seen = []

    def run(actor, params, path, progress):
        assert path.endswith(".csv")
        assert Path(path).stat().st_mode & 0o077 == 0
        seen.append(Path(path).read_bytes())
        return {}

    job = job_of(run)
    kept = on_disk(settings.MEDIA_ROOT)
    assert len(kept) == 1
    assert b"150102198001011237" not in kept[0]
    assert sealing.files_under(crypto.writing_key().head) == 1
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, seen) == (JobState.DONE, [CONTENT])
    assert on_disk(settings.MEDIA_ROOT) == []
    assert sealing.files_under(crypto.writing_key().head) == 0


def test_a_file_that_was_changed_on_the_disk_is_worked_with_by_nobody(job_of, settings):
    job = job_of(lambda actor, params, path, progress: {})
    path = Path(job.file.path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    services.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert on_disk(settings.MEDIA_ROOT) == []


def test_nothing_stays_where_the_work_was_refused_or_killed(job_of, settings):
    def refuse(actor, params, path, progress):
        raise RuleViolation("nein")

    services.run(job_of(refuse).pk)
    assert on_disk(settings.MEDIA_ROOT) == []
    job = job_of(lambda actor, params, path, progress: {})
    left = sealing.folder() / f"{sealing._mark(job)}0123.csv"
    left.write_bytes(CONTENT)  # of a worker that was killed
    services.run(job.pk)
    assert on_disk(settings.MEDIA_ROOT) == []


def test_a_file_from_before_is_read_as_it_is(job_of, settings):
    seen = []
    job = job_of(lambda actor, params, path, progress: seen.append(Path(path).read_bytes()) or {})
    Path(job.file.path).write_bytes(CONTENT)
    services.run(job.pk)
    assert seen == [CONTENT]


def test_what_goes_out_is_sealed_too(settings, tmp_path):
    settings.MEDIA_ROOT, settings.CLEAR_DIR = tmp_path, tmp_path / "open"
    goal = services.result_path("0" * 32, ".xlsx")
    sealing.keep_sealed(goal, lambda path: path.write_bytes(CONTENT))
    assert all(CONTENT not in content for content in on_disk(tmp_path))
    assert sealing.open_sealed(goal).read() == CONTENT
    with pytest.raises(OSError, match="full"):
        sealing.keep_sealed(goal, _full)
    assert len(on_disk(tmp_path)) == 1


def _full(path: Path) -> None:
    path.write_bytes(CONTENT)
    raise OSError("the disk is full")
