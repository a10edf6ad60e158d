"""Pages of payments: who opens what, bad input in a form, no query per row, account numbers never whole."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.disbursement.models import OutMessage, PayAccount, PaymentRequest, TreasuryLink
from apps.disbursement.tests.factories import make_treasury, row
from apps.evidence.models import Entry
from apps.ledger.models import Authority
from apps.ledger.tests.factories import issue
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
ACCOUNT = "62284801000000001"


def to(name, *args):
    return reverse(f"disbursement:{name}", args=args)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def filled(treasury, **changes):
    values = {
        "authority": treasury.authority.pk,
        "account": treasury.account.pk,
        "business": "normal",
        "settlement": "1",
        "purpose": "草原围栏维修",
        "payee_name": "阿拉坦·其木格",
        "payee_account": ACCOUNT,
        "amount": "1,00.00".replace("1,00", "100"),
    }
    return values | changes


def test_a_clerk_asks_hands_in_and_takes_back(treasury):
    browser = browser_of(treasury.clerk)
    page = browser.get(to("request_new"), {"authority": treasury.authority.pk})
    assert f"№ {treasury.authority.pk}" in page.content.decode()
    assert browser.post(to("request_new"), filled(treasury)).status_code == 302
    request = PaymentRequest.objects.get()
    shown = html.text(browser.get(request.get_absolute_url()))
    assert "壹佰元整" in shown
    assert ACCOUNT not in shown
    assert "0001" in shown
    edited = filled(treasury, amount="250", revision=request.revision)
    assert browser.post(to("request_edit", request.pk), edited).status_code == 302
    assert browser.post(to("request_submit", request.pk)).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.total) == ("submitted", D("250.00"))
    assert browser.get(to("request_edit", request.pk)).status_code == 403
    assert browser.post(to("request_withdraw", request.pk)).status_code == 302
    assert browser.post(to("request_abandon", request.pk)).status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_voucher_and_its_messages_are_shown(treasury):
    treasury.connect()
    request = treasury.approved()
    officer = browser_of(treasury.officer)
    shown = html.text(officer.get(request.get_absolute_url(), {"tab": "voucher"}))
    assert request.voucher.number in shown
    assert request.voucher.digest in shown
    assert OutMessage.objects.get().name in shown


def test_who_signs_reads_whom_it_pays(treasury):
    treasury.submitted()
    task = treasury.task(treasury.head)
    shown = html.text(browser_of(treasury.head).get(task.get_absolute_url()))
    assert ("阿拉坦·其木格" in shown, "壹佰元整" in shown, ACCOUNT in shown) == (True, True, False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "0"}, "大于"),
        ({"amount": "1.234"}, "12,345.60"),
        ({"payee_name": ""}, "必填"),
        ({"payee_account": "x"}, "账号"),
        ({"payee_bank_code": "12"}, "12位"),
        ({"account": 0}, "选"),
        ({"purpose": "长" * 141}, "140"),
    ],
)
def test_what_cannot_be_paid_comes_back_with_the_reason(treasury, changes, words):
    response = browser_of(treasury.clerk).post(to("request_new"), filled(treasury, **changes))
    assert (response.status_code, words in html.text(response)) == (422, True), html.text(response)[-900:]
    assert not PaymentRequest.objects.exists()


def test_authority_of_another_unit_is_not_offered(treasury, world):
    browser = client_of("unit_clerk", UnitFactory(region=treasury.region))
    refused = browser.post(to("request_new"), filled(treasury))
    assert (refused.status_code, "没有可用的已下达指标" in html.text(refused)) == (422, True)
    other = make_treasury_of(treasury, world)
    assert browser_of(other).post(to("request_new"), filled(treasury)).status_code == 422
    assert not PaymentRequest.objects.exists()


def make_treasury_of(treasury, world):
    """The clerk of another unit of the region, which has authority of its own."""
    unit = UnitFactory(region=treasury.region)
    issue(world, Authority.objects.get(pk=treasury.authority.origin_id), "100.00", unit=unit)
    return make_actor("unit_clerk", unit)


def test_a_unit_without_an_account_is_told_who_enters_it(treasury):
    PayAccount.objects.update(is_open=False)
    told = browser_of(treasury.clerk).get(to("request_new"))
    assert (told.status_code, "系统管理员" in html.text(told)) == (200, True)
    assert (
        "岗位" not in html.text(told).partition("系统管理员")[0].rpartition("申请")[2]
    )  # no word of what the post may


@pytest.mark.covers("B6")
def test_pages_are_found_in_their_scope_only(treasury, world):
    request = treasury.request()
    for role, node in (("banner_officer", world.tree.banner), ("league_officer", world.tree.league)):
        assert client_of(role, node).get(request.get_absolute_url()).status_code == 200
        assert client_of(role, node).post(to("request_submit", request.pk)).status_code == 403
        assert client_of(role, node).get(to("request_new")).status_code == 403
    for role, node in (("banner_officer", world.tree.neighbour), ("unit_clerk", world.neighbour_unit)):
        for name in ("request", "request_edit", "request_submit", "request_withdraw", "request_abandon"):
            assert client_of(role, node).get(to(name, request.pk)).status_code == 404
    for role in ("system_admin", "expert"):
        assert client_of(role, world.tree.root).get(to("requests")).status_code == 403


def test_the_list_asks_no_more_for_more_rows(treasury):
    browser = browser_of(treasury.officer)
    counts = []
    for _round in range(2):
        for _number in range(3):
            treasury.request(row("1.00"))
        browser.get(to("requests"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get(to("requests"))
        assert "草原生态保护补助奖励" in html.text(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_system_administrator_enters_accounts_and_connections(world):
    browser = client_of("system_admin", world.tree.root)
    region = world.unit.region
    account = {
        "region": region.pk,
        "unit": "",
        "kind": "finance",
        "name": "财政零余额账户",
        "number": "15012301",
        "bank_name": "农行",
        "bank_code": "103191052345",
        "is_open": "on",
    }
    assert browser.post(reverse("admin:disbursement_payaccount_add"), account).status_code == 302
    again = browser.post(reverse("admin:disbursement_payaccount_add"), account | {"name": "另一个"})
    assert (again.status_code, PayAccount.objects.count()) == (200, 1)
    link = {
        "region": region.pk,
        "name": "国库",
        "dialect": "mof",
        "place": "front",
        "holder": "财政局",
        "is_open": "on",
    }
    assert browser.post(reverse("admin:disbursement_treasurylink_add"), link).status_code == 302
    assert TreasuryLink.objects.get().place == "front"
    facts = " ".join(str(entry.facts) for entry in Entry.objects.filter(event="disbursement.place_saved"))
    assert ("15012301" in facts, "number" in facts) == (False, True)
    for role in ("security_admin", "audit_admin"):
        other = client_of(role, world.tree.root)
        assert other.post(reverse("admin:disbursement_payaccount_add"), account).status_code == 403
        if role == "security_admin":
            assert other.get(reverse("admin:disbursement_payaccount_changelist")).status_code == 403
            continue
        shown = other.get(reverse("admin:disbursement_payaccount_change", args=[PayAccount.objects.get().pk]))
        assert (shown.status_code, "15012301" in shown.content.decode()) == (200, False)
