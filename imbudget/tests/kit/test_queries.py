"""What a page did to the database is told, whichever way the statement comes."""

import pytest
from django.db import connection
from psycopg import sql

from apps.desk.models import Job
from imbudget.kit.testing.queries import asked, writes

pytestmark = pytest.mark.django_db
TOUCH = "UPDATE desk_job SET label = %s"


def test_reading_is_no_writing():
    with asked() as statements:
        assert list(Job.objects.filter(label="UPDATE")) == []
    assert len(statements) == 1
    assert writes(statements) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda: Job.objects.create(kind="x", label="x"),
        lambda: Job.objects.update(label="y"),
        lambda: connection.cursor().executemany(TOUCH, [("a",), ("b",)]),
        lambda: connection.cursor().execute(sql.SQL(TOUCH), ["a"]),
        lambda: connection.cursor().execute("WITH t AS (DELETE FROM desk_job RETURNING id) SELECT * FROM t"),
    ],
)
def test_whatever_writes_is_told(write):
    with asked() as statements:
        write()
    assert len(writes(statements)) == 1


def test_what_comes_after_the_block_is_not_told():
    with asked() as statements:
        pass
    Job.objects.update(label="y")
    assert statements == []
