"""What is sealed is compared and named; months close, go to a file, and leave when their term has ended."""

import json
import stat
from datetime import date
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.audit.models import Block, Month, Record
from apps.audit.selectors.sealed import leaves_of, lines_of_file, verify, verify_file
from apps.audit.selfchecks import sealed, writing
from apps.audit.services import close_months, export_month, keep, open_months, remove_month, seal_records
from apps.audit.services.keeping import NotRemoved
from apps.audit.services.sealing import settled
from apps.audit.tests.helpers import day, make_record, tables, without_triggers
from apps.evidence.models import Entry
from apps.evidence.tests.helpers import services as evidence
from imbudget.kit.actor import system_actor
from imbudget.kit.crypto import sm3, sm3_of_file
from imbudget.kit.selfchecks import CheckFailed

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C2", "C3", "C4", "E1")]


@pytest.fixture
def rows() -> list[Record]:
    """Six sealed records."""
    made = [make_record(actor_name=f"人{number}", facts={"number": number}) for number in range(6)]
    assert seal_records() == 1
    return made


def test_what_is_sealed_verifies_and_stands_in_the_evidence(rows):
    block = Block.objects.get()
    assert (block.rows, block.last) == (6, rows[-1].pk)
    assert Entry.objects.get(event="audit.sealed").facts["digest"] == bytes(block.digest).hex()
    found = verify()
    assert (found.rows, found.blocks, found.unsealed, found.problems) == (6, 1, 0, [])
    assert seal_records() == 0


def test_what_comes_later_goes_into_the_next_block(rows):
    make_record()
    assert verify().unsealed == 1
    assert seal_records() == 1
    first, second = Block.objects.order_by("pk")
    assert second.first == first.last + 1
    assert verify().problems == []


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("UPDATE audit_record SET actor_name = '别人' WHERE id = %s", "record {0} of {1} was changed"),
        ("UPDATE audit_record SET succeeded = false WHERE id = %s", "record {0} of {1} was changed"),
        ("UPDATE audit_record SET facts = '{{}}' WHERE id = %s", "record {0} of {1} was changed"),
        (
            "UPDATE audit_record SET recorded_at = recorded_at - interval '1 ms' WHERE id = %s",
            "record {0} of {1} was changed",
        ),
        ("UPDATE audit_record SET trace = 'x' WHERE id = %s", "record {0} of {1} was changed"),
        ("DELETE FROM audit_record WHERE id = %s", "record {0} of {1} was removed"),
        (
            "UPDATE audit_record SET recorded_at = '2001-01-01' WHERE id = %s",
            "some of 2001-01 were added or dated back",
        ),
        ("UPDATE audit_record SET id = -id WHERE id = %s", "record {0} of {1} was removed"),
        ("UPDATE audit_block SET rows = 5 WHERE %s > 0", "it is not what was sealed"),
        ("UPDATE audit_block SET leaves = '' WHERE %s > 0", "it is not what was sealed"),
        ("UPDATE audit_block SET digest = sha256('x') WHERE %s > 0", "the evidence knows it otherwise"),
        ("DELETE FROM audit_block WHERE %s > 0", "was removed: the evidence knows it"),
        ("UPDATE audit_block SET first = first + 3 WHERE %s > 0", "are in no block"),
    ],
)
def test_tampering_is_found_and_named(rows, sql, complaint):
    with without_triggers() as cursor:
        cursor.execute(sql.replace("{{}}", "{}"), [rows[2].pk])
    wanted = complaint.format(rows[2].pk, f"{rows[2].recorded_at.astimezone():%Y-%m}")
    problems = verify().problems
    assert any(wanted in problem for problem in problems), problems
    with pytest.raises(CommandError, match="problems"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_a_record_slipped_in_is_named(rows):
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM audit_record WHERE id = %s", [rows[0].pk])
    Record.objects.create(pk=rows[0].pk, recorded_at=rows[0].recorded_at, kind="audit.tested", actor_name="x")
    assert any(f"record {rows[0].pk} of" in problem and "changed" in problem for problem in verify().problems)
    with pytest.raises(CheckFailed, match="was changed"):
        sealed()


def test_evidence_of_a_block_cannot_be_given_anew(rows):
    """Whoever owns the database changes a record, computes its block anew and has the evidence say so once more."""
    block = Block.objects.get()
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_record SET actor_name = 'x' WHERE id = %s", [rows[0].pk])
        leaves = leaves_of(block.month, block.first, block.last)
        cursor.execute("UPDATE audit_block SET leaves = %s, digest = %s", [leaves, sm3(leaves)])
    evidence.append("audit.sealed", block, system_actor("x"), digest=sm3(leaves).hex())
    assert any("the evidence knows it otherwise" in problem for problem in verify().problems)


@pytest.mark.parametrize("table", ["audit_block", "audit_month"])
def test_the_database_refuses_to_change_what_keeps_it(rows, table):
    Month.objects.create(month=date(2020, 1, 1), rows=0, digest="0" * 64, closed_at=day("2020-02-02"))
    for sql in ("DELETE FROM ", "UPDATE "):
        sql += f"{table} SET rows = 9" if sql.startswith("U") else table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_single_month_cannot_be_emptied():
    open_months()
    for name in tables():
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {name}")


def test_what_no_month_took_goes_into_its_month():
    stray = make_record(day("2019-03-10"), actor_name="x")
    assert "audit_record_2019_03" not in tables()
    open_months()
    assert "audit_record_2019_03" in tables()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_record WHERE id = %s", [stray.pk])
        assert cursor.fetchone()[0] == "audit_record_2019_03"
        cursor.execute("SELECT count(*) FROM audit_record_rest")
        assert cursor.fetchone()[0] == 0


@pytest.fixture
def old(settings, tmp_path) -> Month:
    """A month long gone, sealed and closed."""
    settings.AUDIT_ARCHIVE = tmp_path / "audit"
    for number in range(3):
        make_record(day(f"2020-05-1{number}"), actor_name=f"人{number}")
    make_record()
    open_months()
    assert [str(month) for month in close_months()] == ["2020-05"]
    return Month.objects.get()


def test_a_month_closes_with_its_digest_in_the_evidence(old):
    assert old.rows == 3
    assert Entry.objects.get(event="audit.month_closed").facts == {"rows": 3, "digest": old.digest}
    assert close_months() == []
    assert verify(old.month).problems == []


def test_a_month_leaves_with_its_file_only(old, settings):
    with pytest.raises(NotRemoved, match="file"):
        remove_month(old)
    path = export_month(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [json.loads(text)[5] for _number, text in lines_of_file(path)] == ["人0", "人1", "人2"]
    assert verify_file(path, old.month) == []
    remove_month(old)
    assert "audit_record_2020_05" not in tables()
    assert Record.objects.filter(recorded_at__lt=day("2021-01-01")).count() == 0
    gone = Entry.objects.get(event="audit.month_dropped").facts
    assert gone == {"rows": 3, "digest": old.digest, "file": sm3_of_file(path)}
    assert verify().problems == []
    call_command("verify_audit", month=old.month, file=path, stdout=StringIO())


def test_a_changed_file_keeps_its_month(old):
    path = export_month(old)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(NotRemoved, match="as it was written"):
        remove_month(old)


def test_a_month_with_a_changed_record_is_not_written_to_a_file(old):
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_record SET actor_name = 'x' WHERE recorded_at < '2021-01-01'")
    with pytest.raises(NotRemoved, match="does not verify"):
        export_month(old)
    assert any("does not verify" in said for said in keep())


def test_a_month_with_late_records_stays(old):
    export_month(old)
    make_record(day("2020-05-30"))
    with pytest.raises(NotRemoved, match="4 records"):
        remove_month(old)


def test_a_month_within_its_term_stays(old, settings):
    settings.AUDIT_KEEP_MONTHS = 10_000
    export_month(old)
    with pytest.raises(NotRemoved, match="term"):
        remove_month(old)
    assert keep() == []
    assert "audit_record_2020_05" in tables()


def test_the_clock_does_it_all(old):
    call_command("keep_audit", stdout=StringIO())
    assert Month.objects.get().dropped_at is not None
    call_command("keep_audit", stdout=StringIO())


def test_a_forged_end_of_a_month_is_found(old):
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_month SET dropped_at = now()")
        cursor.execute("DROP TABLE audit_record_2020_05")
    assert any("2020-05: the evidence knows it otherwise" in problem for problem in verify().problems)


def test_fewer_than_six_months_are_not_deployed(settings):
    settings.AUDIT_KEEP_MONTHS = 5
    assert "audit.E001" in {found.id for found in run_checks(include_deployment_checks=True)}
    settings.AUDIT_KEEP_MONTHS = 6
    assert "audit.E001" not in {found.id for found in run_checks(include_deployment_checks=True)}


def test_the_self_check_writes_and_takes_back(db):
    open_months()
    before = Record.objects.count()
    assert "can be written" in writing()
    assert Record.objects.count() == before


def test_nothing_is_settled_while_a_writer_is_at_work(db, django_db_blocker):
    """Another connection has taken a number: what is newer than it waits."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_record IN ROW EXCLUSIVE MODE")
        make_record()
        assert settled(0.2) == 0
        other.rollback()
        assert settled(0.2) > 0
    finally:
        other.close()
