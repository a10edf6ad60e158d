"""Keyset pages: every row once, in order, forwards and backwards, whatever the ties."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory, make_post, sign_in
from apps.desk.models import Job
from apps.regions.tests.factories import make_tree
from imbudget.kit import paging
from imbudget.kit.paging import BadCursor, paginate

pytestmark = pytest.mark.django_db
ROWS = 120
START = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def jobs(db: None) -> None:
    """120 rows: seven values of `done`, and moments of which each comes three times."""
    Job.objects.bulk_create([Job(kind="x", label=f"{n}", done=n % 7) for n in range(ROWS)])
    for number, job in enumerate(Job.objects.order_by("pk")):
        Job.objects.filter(pk=job.pk).update(created_at=START + timedelta(minutes=number // 3))


def walk(sort: str, size: int, cursor: str = "", forwards: bool = True) -> list[list[int]]:
    pages = []
    while True:
        page = paginate(Job.objects.all(), sort, size, cursor)
        pages.append([row.pk for row in page.rows])
        cursor = page.next if forwards else page.previous
        if not cursor:
            return pages


@pytest.mark.parametrize("size", [1, 7, 50, 119, 120, 121])
@pytest.mark.parametrize("sort", ["done", "-done", "created_at", "-created_at", "pk", "-pk"])
@pytest.mark.usefixtures("jobs")
def test_forwards_and_backwards_show_every_row_once(sort, size):
    order = ("-" if sort.startswith("-") else "") + "pk"
    expected = list(Job.objects.order_by(sort, order).values_list("pk", flat=True))
    forwards = walk(sort, size)
    assert [pk for page in forwards for pk in page] == expected
    assert len(forwards) == -(-ROWS // size)
    last = paginate(Job.objects.all(), sort, size)
    while last.next:
        last = paginate(Job.objects.all(), sort, size, last.next)
    if last.previous:
        backwards = walk(sort, size, last.previous, forwards=False)
        shown = [pk for page in reversed(backwards) for pk in page] + [row.pk for row in last.rows]
        assert shown == expected


@pytest.mark.usefixtures("jobs")
def test_the_ends_have_no_neighbour():
    first = paginate(Job.objects.all(), "done", 50)
    assert (first.previous, bool(first.next)) == ("", True)
    last = paginate(Job.objects.all(), "done", 50, paginate(Job.objects.all(), "done", 50, first.next).next)
    assert (bool(last.previous), last.next) == (True, "")


@pytest.mark.usefixtures("jobs")
def test_rows_that_come_and_go_meanwhile_are_neither_doubled_nor_skipped():
    first = paginate(Job.objects.all(), "-created_at", 50)
    Job.objects.create(kind="x", label="new")
    Job.objects.filter(pk=first.rows[10].pk).delete()
    second = paginate(Job.objects.all(), "-created_at", 50, first.next)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert len(second.rows) == 50


@pytest.mark.usefixtures("jobs")
def test_where_everything_beyond_is_gone_the_first_page_is_shown():
    first = paginate(Job.objects.all(), "pk", 50)
    second = paginate(Job.objects.all(), "pk", 50, first.next)
    Job.objects.filter(pk__gt=first.rows[-1].pk).delete()
    assert [row.pk for row in paginate(Job.objects.all(), "pk", 50, first.next).rows] == [r.pk for r in first.rows]
    Job.objects.all().delete()
    assert paginate(Job.objects.all(), "pk", 50, second.previous).rows == []


@pytest.mark.usefixtures("jobs")
def test_a_late_page_reads_no_more_rows_than_it_shows():
    cursor = paginate(Job.objects.all(), "created_at", 100).next
    with CaptureQueriesContext(connection) as caught:
        paginate(Job.objects.all(), "created_at", 10, cursor)
    assert len(caught) == 1
    assert "OFFSET" not in caught[0]["sql"]
    assert "LIMIT 11" in caught[0]["sql"]


def test_an_empty_list_is_one_page():
    page = paginate(Job.objects.all(), "done", 50)
    assert (page.rows, page.previous, page.next) == ([], "", "")


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda cursor: "x",
        lambda cursor: cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        lambda cursor: cursor.split(":", 1)[1],
        lambda cursor: signing.dumps(["-done", 1, 1, False], salt="kit.paging"),
        lambda cursor: signing.dumps(["done", 1, 1, False], salt="elsewhere"),
        lambda cursor: signing.dumps("text", salt="kit.paging"),
        lambda cursor: "\x00" * 40,
        lambda cursor: "字",
    ],
    ids=["rubbish", "signature", "cut", "other order", "other purpose", "other shape", "nul", "not ascii"],
)
def test_a_cursor_that_is_not_ours_is_refused(spoil):
    cursor = paginate(Job.objects.all(), "done", 50).next
    with pytest.raises(BadCursor):
        paginate(Job.objects.all(), "done", 50, spoil(cursor))


@pytest.mark.parametrize("value", [Decimal("12.30"), date(2027, 1, 2), START, "呼和浩特", 7, None])
def test_values_in_a_cursor_come_back_as_they_went(value):
    plain = signing.loads(signing.dumps(paging._plain(value)))
    assert paging._rich(plain) == value


def test_a_page_with_a_spoilt_cursor_warns_and_shows_the_beginning(client):
    tree = make_tree()
    post = make_post("banner_officer", tree.banner, UserFactory())
    Job.objects.bulk_create([Job(kind="x", label=f"{n}", user=post.user) for n in range(60)])
    sign_in(client, post.user)
    address = reverse("desk:jobs")
    first = client.get(address)
    spoilt = client.get(address, {"cursor": first.context["page"].next + "x"})
    assert [row["object"].pk for row in spoilt.context["rows"]] == [row["object"].pk for row in first.context["rows"]]
    assert len(list(spoilt.context["messages"])) == 1
    good = client.get(address, {"cursor": first.context["page"].next})
    assert len(good.context["rows"]) == 10
    assert list(good.context["messages"]) == []
