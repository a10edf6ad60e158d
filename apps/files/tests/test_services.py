"""Files are taken in with scope, scan and record, given out unchanged, and deleted when nothing refers to them."""

import os
import stat
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.checks import Tags, run_checks
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.tests.factories import make_actor
from apps.evidence.models import Entry
from apps.files import holders, selfchecks, services, tasks
from apps.files.models import StoredFile
from apps.files.tests import samples
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.registry import Shelf
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(clerk) -> Actor:
    return actor_of(clerk, "10.0.0.1")


def store(actor: Actor, unit, name: str = "方案.pdf", data: bytes = samples.PDF, **more) -> StoredFile:
    return services.store_file(actor, upload=samples.upload(name, data), region=unit.region, unit=unit, **more)


def on_disk(media: Path) -> list[Path]:
    return [path for path in (media / "attachments").rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_random_name_for_its_owner_alone(actor, unit, media):
    stored = store(actor, unit, subject_label="projects.project", subject_id="7")
    stored.refresh_from_db()
    (path,) = on_disk(media)
    assert path.read_bytes() == samples.PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert "方案" not in str(path)
    assert "pdf" not in path.name
    assert (stored.kind, stored.size, stored.digest) == ("application/pdf", len(samples.PDF), sm3_hex(samples.PDF))
    assert (stored.region_id, stored.league_id, stored.unit_id) == (unit.region_id, unit.region.league_id, unit.pk)
    assert stored.uploaded_by_id == actor.user_id
    entry = Entry.objects.get(event="files.stored")
    assert (entry.subject_label, entry.facts["digest"]) == ("方案.pdf", stored.digest)
    assert entry.facts["document"] == "projects.project 7"
    assert StoredFile.history.get().digest == stored.digest
    with pytest.raises(ValueError, match="no address"):
        stored.file.url  # noqa: B018 - asking is the test


def test_a_large_upload_on_the_disk_is_taken_too(actor, unit):
    upload = TemporaryUploadedFile("a.pdf", "application/pdf", 0, None)
    upload.write(samples.PDF + b"x" * 3_000_000)
    upload.seek(0)
    assert services.store_file(actor, upload=upload, region=unit.region, unit=unit).size == len(samples.PDF) + 3_000_000


@pytest.mark.parametrize(
    ("name", "data", "more"),
    [
        ("报告.pdf", samples.EXE, {}),
        ("报告.pdf", b"", {}),
        ("报告.zip", samples.zipped("a.txt"), {}),
        ("报告.png", samples.PNG, {"allowed": ("pdf",)}),
        ("报告.pdf", samples.PDF + bytes(2000), {}),
        ("报告.png", samples.PNG + bytes(80), {}),
    ],
)
def test_what_is_refused_leaves_nothing_behind(actor, unit, media, settings, name, data, more):
    settings.FILE_MAX_BYTES, settings.FILE_MAX_BYTES_OF = 2000, {"png": 100}
    with pytest.raises(RuleViolation, match="报告"):
        store(actor, unit, name, data, **more)
    assert on_disk(media) == []
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(event__startswith="files.").exists()


@pytest.mark.covers("B6")
def test_who_does_not_see_the_place_attaches_nothing_there(tree, unit, actor):
    other = UnitFactory(region=tree.neighbour)
    strangers = [
        make_actor("unit_clerk", other),
        make_actor("banner_officer", tree.neighbour),
        make_actor("league_officer", tree.other_league),
        make_actor("system_admin", tree.root),
        make_actor("auditor", tree.banner),
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            store(stranger, unit)
    with pytest.raises(NotAllowed):
        services.store_file(actor, upload=samples.upload("a.pdf", samples.PDF), region=tree.banner)
    for friend in (make_actor("banner_officer", tree.banner), make_actor("league_officer", tree.league)):
        assert store(friend, unit).uploaded_by_id == friend.user_id


def test_a_unit_of_another_region_is_refused(tree, unit):
    officer = make_actor("banner_officer", tree.banner)
    with pytest.raises(RuleViolation):
        services.store_file(
            officer,
            upload=samples.upload("a.pdf", samples.PDF),
            region=tree.banner,
            unit=UnitFactory(region=tree.league),
        )


def scanner(folder: Path, body: str) -> str:
    script = folder / "scanner.py"
    script.write_text(f"import sys, time\npath = sys.argv[1]\n{body}\n")
    return f"{sys.executable} {script}"


CLEAN = "data = open(path, 'rb').read(); sys.exit(0 if data.startswith(b'%PDF') else 3)"
SCANS = (
    ("sys.exit(1)", "malware and was not taken"),
    ("sys.exit(2)", "could not be scanned"),
    ("raise SystemError", "malware"),
    ("time.sleep(30)", "could not be scanned"),
)


@pytest.mark.covers("D1")
@pytest.mark.parametrize(("body", "words"), SCANS)
def test_only_a_scanner_that_says_clean_lets_a_file_in(actor, unit, media, settings, tmp_path, body, words):
    settings.FILE_SCAN_COMMAND, settings.FILE_SCAN_SECONDS = scanner(tmp_path, body), 1 if "sleep" in body else 20
    with pytest.raises(RuleViolation, match=words):
        store(actor, unit)
    assert on_disk(media) == []
    assert not StoredFile.objects.exists()


def test_a_missing_scanner_lets_nothing_in_and_a_clean_answer_does(actor, unit, settings, tmp_path):
    settings.FILE_SCAN_COMMAND = str(tmp_path / "nothing")
    with pytest.raises(RuleViolation, match="could not be scanned"):
        store(actor, unit)
    settings.FILE_SCAN_COMMAND = scanner(tmp_path, CLEAN)
    assert store(actor, unit).pk


def test_a_place_without_a_scanner_is_warned_of(settings):
    def warned() -> bool:
        return "files.W001" in {found.id for found in run_checks(tags=[Tags.security], include_deployment_checks=True)}

    settings.FILE_SCAN_COMMAND = ""
    assert warned()
    settings.FILE_SCAN_COMMAND = "clamdscan"
    assert not warned()


def test_a_file_is_given_out_as_it_came(actor, unit):
    with services.open_file(actor, store(actor, unit)) as handle:
        assert handle.read() == samples.PDF


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"%PDF-other"), lambda path: path.unlink()])
def test_a_changed_or_missing_file_is_not_given_out_and_recorded(actor, unit, media, spoil):
    stored = store(actor, unit)
    spoil(on_disk(media)[0])
    with pytest.raises(services.FileDamaged, match="方案"):
        services.open_file(actor, stored)
    assert Entry.objects.get(event="files.damaged").facts["digest"] == stored.digest


def test_the_row_of_a_file_never_changes(actor, unit):
    stored = store(actor, unit)
    for change in ({"digest": "0" * 64}, {"name": "b.pdf"}, {"file": "aa/bb"}, {"size": 1}):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            StoredFile.objects.filter(pk=stored.pk).update(**change)


def test_a_file_sent_ahead_is_claimed_once_by_its_sender(tree, unit, actor):
    stored = store(actor, unit)
    claim = {"subject_label": "projects.project", "subject_id": "7"}
    with pytest.raises(RuleViolation, match="another document"):
        services.claim_file(make_actor("unit_head", unit), stored.pk, **claim)
    with pytest.raises(RuleViolation, match="not there"):
        services.claim_file(make_actor("unit_clerk", UnitFactory(region=tree.neighbour)), stored.pk, **claim)
    with pytest.raises(RuleViolation, match="not there"):
        services.claim_file(actor, uuid4(), **claim)
    for _round in range(2):
        assert services.claim_file(actor, stored.pk, **claim).subject_id == "7"
    assert Entry.objects.filter(event="files.claimed").count() == 1
    with pytest.raises(RuleViolation, match="another document"):
        services.claim_file(actor, stored.pk, subject_label="projects.project", subject_id="8")


def test_a_form_gives_a_file_or_the_id_of_one(tree, unit, actor):
    form = {"region": unit.region, "unit": unit, "subject_label": "projects.project", "subject_id": "7"}
    assert services.take_file(actor, samples.upload("a.pdf", samples.PDF), **form).subject_id == "7"
    ahead = store(actor, unit)
    assert services.take_file(actor, ahead.pk, **form) == ahead
    with pytest.raises(RuleViolation, match="png"):
        services.take_file(actor, ahead.pk, allowed=("png",), **form)
    officer = make_actor("league_officer", tree.league)
    elsewhere = store(officer, UnitFactory(region=tree.neighbour))
    with pytest.raises(RuleViolation, match="another place"):
        services.take_file(officer, elsewhere.pk, **form)
    elsewhere.refresh_from_db()
    assert elsewhere.subject_label == ""


@pytest.mark.covers("G2")
def test_a_file_goes_with_its_row_once_that_is_certain(actor, unit, media, django_capture_on_commit_callbacks):
    stored = store(actor, unit)
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_file(actor, stored)
        assert len(on_disk(media)) == 1
    assert on_disk(media) == []
    assert not StoredFile.objects.exists()
    assert Entry.objects.get(event="files.discarded").facts["digest"] == stored.digest
    assert StoredFile.history.filter(history_type="-").count() == 1


def test_only_the_sender_deletes_a_file(tree, unit, actor):
    stored = store(actor, unit)
    for other in (make_actor("unit_head", unit), make_actor("region_officer", tree.root)):
        with pytest.raises(NotAllowed):
            services.discard_file(other, stored)
    services.discard_file(system_actor("tests"), stored)


def test_a_file_in_use_is_not_deleted(actor, unit, media, monkeypatch):
    stored = store(actor, unit)
    shelf: Shelf = Shelf("holders of the tests")
    shelf.add("tests", lambda file: file.pk == stored.pk)
    monkeypatch.setattr(holders, "holders", shelf)
    with pytest.raises(RuleViolation, match="in use"):
        services.discard_file(actor, stored)
    monkeypatch.setattr(holders, "holders", Shelf("no holders"))

    def protected(*args: object, **kwargs: object) -> None:
        raise ProtectedError("held by a key", {stored})

    monkeypatch.setattr(StoredFile, "delete", protected)
    with pytest.raises(RuleViolation, match="in use"):
        services.discard_file(actor, stored)
    assert StoredFile.objects.filter(pk=stored.pk).exists()
    assert len(on_disk(media)) == 1
    assert not Entry.objects.filter(event="files.discarded").exists()


@transaction.atomic
def failing_act(actor: Actor, unit) -> None:
    store(actor, unit)
    raise RuleViolation("the act around it failed")


@pytest.mark.covers("G2")
def test_bytes_of_a_failed_act_are_swept_away_later(actor, unit, media):
    kept = store(actor, unit)
    with pytest.raises(RuleViolation):
        failing_act(actor, unit)
    assert len(on_disk(media)) == 2
    assert tasks.clear_orphans() == 0  # it may still be at work
    long_ago = time.time() - 2 * services.ORPHANS_LIVE
    for path in on_disk(media):
        os.utime(path, (long_ago, long_ago))
    assert tasks.clear_orphans() == 1
    assert [str(path).endswith(kept.file.name) for path in on_disk(media)] == [True]


def sent_ahead(actor: Actor, unit, monkeypatch, age: timedelta) -> StoredFile:
    """A file that came without its document, a while ago: the database keeps its time as it came."""
    then = timezone.now() - age
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: then)
        return store(actor, unit)


OLD = services.UNCLAIMED_LIVE + timedelta(hours=1)


@pytest.mark.covers("G2")
def test_what_no_form_has_claimed_goes_after_a_while_and_leaves_its_record(
    actor, unit, media, monkeypatch, django_capture_on_commit_callbacks
):
    unclaimed = sent_ahead(actor, unit, monkeypatch, OLD)
    claimed = sent_ahead(actor, unit, monkeypatch, OLD)
    services.claim_file(actor, claimed.pk, subject_label="projects.Project", subject_id="7")
    fresh = sent_ahead(actor, unit, monkeypatch, services.UNCLAIMED_LIVE - timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.clear_orphans() == 1
    assert set(StoredFile.objects.all()) == {claimed, fresh}
    assert sorted(f"{path.parent.name}/{path.name}" for path in on_disk(media)) == sorted(
        [claimed.file.name, fresh.file.name]
    )
    entry = Entry.objects.get(event="files.discarded")
    assert (entry.subject_id, entry.actor_name) == (str(unclaimed.pk), services.SWEEPER.name)
    assert StoredFile.history.filter(id=unclaimed.pk, history_type="-").count() == 1
    assert tasks.clear_orphans() == 0


def test_what_something_refers_to_stays_even_unclaimed(actor, unit, media, monkeypatch):
    stored = sent_ahead(actor, unit, monkeypatch, OLD)
    shelf: Shelf = Shelf("holders of the tests")
    shelf.add("tests", lambda file: file.pk == stored.pk)
    monkeypatch.setattr(holders, "holders", shelf)
    assert tasks.clear_orphans() == 0
    assert StoredFile.objects.filter(pk=stored.pk).exists()
    assert len(on_disk(media)) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"x" * len(samples.PDF)),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
    ],
)
def test_the_self_check_sees_files_that_are_missing_or_changed(actor, unit, media, spoil):
    stored = store(actor, unit)
    assert "newest 1 files" in selfchecks.stored()
    spoil(on_disk(media)[0])
    with pytest.raises(CheckFailed, match=str(stored.pk)):
        selfchecks.stored()
