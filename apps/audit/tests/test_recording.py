"""What is written to the audit log, and that it stays."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import Record
from apps.audit.services import record, record_apart
from apps.audit.vocabulary import register_kinds
from imbudget.kit.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C1", "C2", "C3")]
CLERK = Actor(user_id=7, name="其其格", post_label="审核岗", region_code="152201", address="10.1.2.3")
KINDS = {"audit.tried": "tried"}
register_kinds("audit", KINDS)


def test_a_record_says_who_did_what_when_and_from_where():
    made = Record.objects.get(pk=record("audit.tried", CLERK, reason="why", rows=3).pk)
    assert (made.actor_id, made.actor_name, made.post_label, made.address) == ("7", "其其格", "审核岗", "10.1.2.3")
    assert (made.region_code, made.succeeded, made.reason, made.facts) == ("152201", True, "why", {"rows": 3})


def test_a_refusal_is_written_apart():
    assert not record_apart("audit.tried", CLERK).succeeded


def test_only_kinds_that_an_app_has_named():
    with pytest.raises(ValueError, match="vocabulary"):
        record("audit.unknown", CLERK)


def test_it_lies_in_the_partition_of_its_month():
    made = record("audit.tried", CLERK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_record WHERE id = %s", [made.pk])
        assert cursor.fetchone()[0] == f"audit_record_{made.recorded_at.astimezone():%Y_%m}"


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_record SET reason = 'x'", "DELETE FROM audit_record", "TRUNCATE audit_record"]
)
def test_the_database_refuses_to_change_it(sql):
    record("audit.tried", CLERK)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
