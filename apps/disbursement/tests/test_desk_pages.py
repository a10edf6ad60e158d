"""Pages of the treasury's desk: who opens what, what they do, raw text with masked accounts, no query per row."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.disbursement import services
from apps.disbursement.models import DayBook, Difference, InMessage, OutMessage
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.services import exchange, reconciling
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.evidence.models import Entry
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
KEY = SandboxStamp("07" * 32).public_key


def to(name, *args):
    return reverse(f"disbursement:{name}", args=args)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    return made


def exchanged(treasury, temper=None):
    """One payment, paid yesterday, its statements received and compared."""
    request, line = treasury.approved(), DeskLine(desk(temper or Temper()))
    day = timezone.localdate() - timedelta(days=1)
    line.desk.now = lambda: timezone.localtime() - timedelta(days=1)
    for _round in range(2):
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        exchange.settle_new()
    line.desk.end_day(day)
    services.fetch(treasury.link, line)
    exchange.settle_new()
    reconciling.reconcile_due()
    return request, line


def test_a_day_is_read_closed_and_reopened(treasury):
    exchanged(treasury)
    book = DayBook.objects.get(matched=1)
    browser = browser_of(make_actor("treasury_clerk", treasury.region))
    assert "100.00" in html.text(browser.get(to("days")))
    page = html.text(browser.get(to("day", book.pk)))
    assert "100.00" in page
    assert "agrees" in page or "相符" in page
    assert browser.post(to("day_close", book.pk)).status_code == 302
    assert browser.get(to("day_close", book.pk)).status_code == 403
    assert browser.post(to("day_reopen", book.pk), {"reason": ""}).status_code == 422
    assert browser.post(to("day_reopen", book.pk), {"reason": "漏记"}).status_code == 302
    book.refresh_from_db()
    assert (book.state, book.reopen_reason) == ("open", "漏记")
    assert browser.get(to("day", book.pk), {"tab": "statements"}).status_code == 200


def test_a_difference_is_explained_by_one_and_settled_by_another(treasury):
    exchanged(treasury, Temper(seed=2, differing=1))
    book = DayBook.objects.get(unsettled=1)
    difference = Difference.objects.get()
    clerk, officer = (browser_of(make_actor(role, treasury.region)) for role in ("treasury_clerk", "treasury_officer"))
    assert clerk.post(to("day_close", book.pk)).status_code == 422
    assert clerk.post(to("difference_explain", difference.pk), {"reason": "尾差"}).status_code == 302
    assert clerk.post(to("difference_accept", difference.pk)).status_code == 403
    assert officer.post(to("difference_reject", difference.pk)).status_code == 302
    assert clerk.post(to("difference_explain", difference.pk), {"reason": "银行尾差"}).status_code == 302
    assert "银行尾差" in html.text(officer.get(to("difference_accept", difference.pk)))
    assert officer.post(to("difference_accept", difference.pk)).status_code == 302
    assert officer.post(to("day_close", book.pk)).status_code == 302


@pytest.mark.covers("H2", "C1", "D1")
def test_the_text_of_a_message_is_escaped_masked_and_every_look_recorded(treasury):
    exchanged(treasury)
    sent, received = OutMessage.objects.get(), InMessage.objects.latest("pk")
    account = treasury.account.number
    for role, node, whole in (
        ("treasury_clerk", treasury.region, True),
        ("treasury_clerk", treasury.world.tree.league, False),
    ):
        browser = browser_of(make_actor(role, node))
        before = Entry.objects.filter(event="evidence.downloaded").count()
        for name, message in (("sent_raw", sent), ("received_raw", received)):
            page = browser.get(to(name, message.pk))
            assert "&lt;MOF" in page.content.decode()
            text = html.text(page)
            assert (account in text, account[-4:] in text) == (whole, True)
        assert Entry.objects.filter(event="evidence.downloaded").count() == before + 2


def test_what_hurts_in_a_message_is_text_only(treasury):
    message = exchange.keep(
        treasury.link, b"<script>alert(1)</script>\x00\xff<PayeeAcctNo>6228480100000000001</PayeeAcctNo>"
    )
    browser = browser_of(make_actor("treasury_clerk", treasury.world.tree.league))
    page = browser.get(to("received_raw", message.pk)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "6228480100000000001" not in page


def test_the_desk_asks_sends_again_and_cannot_give_up_what_was_taken(treasury):
    request = treasury.approved()
    line = DeskLine(desk(Temper(never=1)))
    services.send_due(treasury.link, line)
    message = OutMessage.objects.get()
    browser = browser_of(make_actor("treasury_officer", treasury.region))
    assert "ZF" in html.text(browser.get(to("sent_message", message.pk)))
    assert browser.post(to("voucher_ask", request.voucher.pk)).status_code == 302
    assert browser.post(to("sent_again", message.pk)).status_code == 302
    assert browser.get(to("voucher_give_up", request.voucher.pk)).status_code == 403
    assert OutMessage.objects.filter(kind="query").count() == 1
    message.refresh_from_db()
    assert message.state == "waiting"
    services.send_due(treasury.link, line)
    services.fetch(treasury.link, line)
    exchange.settle_new()
    request.refresh_from_db()
    assert request.state == "paid"


def test_a_message_that_was_not_believed_says_why_and_is_looked_at_again(treasury):
    message = exchange.keep(treasury.link, b"<x/>")
    exchange.settle_new()
    browser = browser_of(make_actor("treasury_clerk", treasury.region))
    assert "xml" in html.text(browser.get(to("received_messages"))) or "schema" in html.text(
        browser.get(to("received_messages"))
    )
    assert browser.get(message.get_absolute_url()).status_code == 200
    assert browser.post(to("received_again", message.pk)).status_code == 302
    message.refresh_from_db()
    assert message.state == "new"


def test_who_may_not(treasury):
    request, _line = exchanged(treasury)
    world, book = treasury.world, DayBook.objects.get(matched=1)
    sent, received = OutMessage.objects.get(), InMessage.objects.latest("pk")
    pages = [
        to("days"), to("day", book.pk), to("day_close", book.pk), to("day_reopen", book.pk),
        to("sent_message", sent.pk), to("sent_raw", sent.pk), to("sent_again", sent.pk),
        to("received_message", received.pk), to("received_raw", received.pk), to("received_again", received.pk),
        to("voucher_ask", request.voucher.pk), to("voucher_give_up", request.voucher.pk),
    ]  # fmt: skip
    for role, node in (("unit_clerk", world.unit), ("system_admin", world.tree.root)):
        browser = client_of(role, node)
        assert {browser.get(page).status_code for page in pages} == {403}
    stranger = client_of("treasury_officer", world.tree.neighbour)
    assert {stranger.get(page).status_code for page in pages[1:]} == {404}
    above = client_of("treasury_officer", world.tree.league)
    assert above.get(pages[1]).status_code == 200
    assert above.post(pages[2]).status_code == 403


@pytest.mark.parametrize("name", ["days", "sent_messages", "received_messages"])
def test_the_lists_ask_no_more_for_more_rows(treasury, name):
    browser = browser_of(make_actor("treasury_clerk", treasury.region))
    counts = []
    for number in range(2):
        for more in range(2):
            treasury.approved(row("1.00"))
            exchange.keep(treasury.link, b"<x/>" * (number * 2 + more + 1))
            day = timezone.localdate() - timedelta(days=2 + number * 2 + more)
            DayBook.objects.create(region=treasury.region, account=treasury.account, day=day)
        browser.get(to(name))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(to(name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
