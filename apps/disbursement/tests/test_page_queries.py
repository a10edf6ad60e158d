"""What pages of payments ask of the database: as many statements for many rows as for one, no text of a message, numbers by their index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import make_actor
from apps.disbursement.models import DayBook, Difference, PaymentRequest
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.disbursement.tests.test_pages import browser_of, to
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasury(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    return connected(world)


def asked(browser, address, **query):
    browser.get(address, query)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address, query).status_code == 200
    return [query["sql"] for query in queries]


def test_pages_of_many_payees_ask_what_those_of_one_ask(treasury):
    one = answered(treasury, row("10.00"))
    many = answered(treasury, *(row("10.00", number=number) for number in range(1, 6)))
    assert (one.state, many.state) == ("paid", "paid")
    browser = browser_of(make_actor("treasury_officer", treasury.region))
    addresses = [(each.get_absolute_url(), to("track", each.rows.first().pk)) for each in (one, many)]
    for first, second in zip(*addresses, strict=True):
        assert len(asked(browser, first)) == len(asked(browser, second))
    voucher = asked(browser, one.get_absolute_url(), tab="voucher")
    assert not any('."raw"' in sql or '."body"' in sql for sql in (*voucher, *asked(browser, addresses[0][1])))


def test_a_day_asks_no_more_for_more_differences(treasury):
    request = answered(treasury, *(row("10.00", number=number) for number in range(1, 5)))
    book, counts = DayBook.objects.get(), []
    browser = browser_of(make_actor("treasury_clerk", treasury.region))
    for rows in (request.rows.all()[:1], request.rows.all()[1:]):
        for each in rows:
            Difference.objects.create(book=book, kind="ours", key=each.reference, row=each, ledger=each.amount)
        sqls = asked(browser, to("day", book.pk))
        counts.append(len(sqls))
        assert not any("payee_account" in sql for sql in sqls)
    assert counts[0] == counts[1]
    assert request.get_absolute_url() in browser.get(to("day", book.pk)).content.decode()
    assert not any('."raw"' in sql for sql in asked(browser, to("day", book.pk), tab="statements"))


def test_a_request_is_found_by_its_number_and_its_beginning(treasury):
    mine, other = treasury.request(row("1.00")), treasury.request(row("2.00"), purpose="退回 ZF2020 一笔")
    browser = browser_of(treasury.clerk)
    for text, found in (
        (mine.number, {mine.number}),
        (f" {mine.number.lower()} ", {mine.number}),
        (mine.number[:6], {mine.number, other.number}),
        (mine.number[-8:], {mine.number}),
        ("ZF9999", set()),
        ("退回 ZF2020", {other.number}),
    ):
        shown = html.text(browser.get(to("requests"), {"q": text}))
        assert {number for number in (mine.number, other.number) if number in shown} == found, text
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = PaymentRequest.objects.numbered(mine.number).explain()
    assert "request_number" in plan
