"""Following money: the way of one payment, the sums of a region's flows and their picture, at constant query counts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.disbursement import services
from apps.disbursement.models import FlowTotal
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.selectors.tracking import stations_of
from apps.disbursement.services import exchange
from apps.disbursement.services.flows import fold_flows
from apps.disbursement.services.plans import LineInput
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.papers import control, make_plan
from apps.disbursement.tests.sandboxed import DeskLine, desk
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal


def to(name, *args):
    return reverse(f"disbursement:{name}", args=args)


def browser_of(actor):
    return sign_in(Client(), User.objects.get(pk=actor.user_id), Post.objects.get(pk=actor.post_id))


@pytest.fixture
def treasury(world, settings):
    settings.SIGNING_KEY = b"\x05" * 32
    made = make_treasury(world)
    made.connect(stamp_key=SandboxStamp("07" * 32).public_key)
    return made


def paid(treasury, *rows, **known):
    request, line = treasury.approved(*rows), DeskLine(desk(**known))
    for _round in range(2):
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        exchange.settle_new()
    return request


def sums():
    found = FlowTotal.objects.aggregate(held=Sum("held"), paid=Sum("paid"), failed=Sum("failed"))
    return tuple(found[name] or D(0) for name in ("held", "paid", "failed"))


def test_sums_follow_every_state_and_are_folded(treasury):
    assert sums() == (0, 0, 0)
    request = treasury.submitted(row("30.00"))
    assert sums() == (D("30.00"), 0, 0)
    services.withdraw_request(treasury.clerk, request)
    assert sums() == (0, 0, 0)
    known = {f"_62284801{1:011}": "阿拉坦·其木格", f"_62284801{2:011}": "别人"}
    paid(treasury, row("100.00"), row("50.00", number=2), **known)
    assert sums() == (D(0), D("100.00"), D("50.00"))
    before = FlowTotal.objects.count()
    assert fold_flows()
    assert (FlowTotal.objects.count() < before, sums()) == (True, (D(0), D("100.00"), D("50.00")))
    assert FlowTotal.objects.get(paid__gt=0).region_id == treasury.region.pk


def test_the_way_of_a_payment_is_shown_to_who_may_see_it(treasury):
    request = paid(treasury, row("100.00"))
    payee = request.rows.get()
    page = html.text(browser_of(treasury.clerk).get(to("track", payee.pk)))
    for words in (request.number, request.voucher.number, "100.00", payee.bank_reference or "B"):
        assert words in page
    assert payee.payee_account not in page
    assert client_of("banner_officer", treasury.world.tree.neighbour).get(to("track", payee.pk)).status_code == 404
    assert client_of("expert", treasury.world.tree.root).get(to("track", payee.pk)).status_code == 403


def test_the_plan_is_a_station_where_the_region_pays_by_plans(treasury):
    payee = paid(treasury, row("100.00")).rows.get()

    def station():
        [found] = [each for each in stations_of(treasury.clerk, payee) if each.kind == "plan of use"]
        return found

    assert "pays without plans" in station().detail
    control(treasury)
    assert "No approved plan covers" in station().detail
    own = {"authority": treasury.authority}
    plan = make_plan(treasury, LineInput(1, D("700.00"), **own), LineInput(1, D("-50.00"), **own))
    assert "650.00 up to then; this payment uses 100.00" in station().detail
    page = html.text(browser_of(treasury.clerk).get(to("track", payee.pk)))
    assert plan.number in page
    assert "650.00" in page


def test_the_way_is_asked_for_again_without_the_page_around_it(treasury):
    payee = treasury.submitted(row("100.00")).rows.get()
    browser, way = browser_of(treasury.clerk), {"HX-Request": "true"}
    part = browser.get(to("track", payee.pk), headers=way).content.decode()
    assert "every 10s" in part
    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    stranger = client_of("banner_officer", treasury.world.tree.neighbour)
    assert stranger.get(to("track", payee.pk), headers=way).status_code == 404


def test_flows_are_read_from_sums_at_a_constant_count(treasury):
    browser, counts = browser_of(make_actor("treasury_officer", treasury.region)), []
    for number in range(2):
        for more in range(number * 3 + 1):
            treasury.submitted(row(f"{more + 1}.00"))
        browser.get(to("flows"))
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(to("flows"), {"year": treasury.authority.year_id})
        counts.append(len(queries))
        assert not any("paymentrequest" in query["sql"] or "paymentrow" in query["sql"] for query in queries)
        assert "1.00" in html.text(page)
    assert counts[0] == counts[1]
    part = browser.get(to("flows"), headers={"HX-Request": "true"})
    assert "every 10s" in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("query", ["year=x", "fund=99999999999999999999", "year=1900&fund=-1", "fund=%00"])
def test_nonsense_in_the_address_of_flows(treasury, query):
    browser = browser_of(make_actor("treasury_officer", treasury.region))
    assert browser.get(f"{to('flows')}?{query}").status_code == 200


def test_flows_show_whole_regions_to_offices_alone(treasury):
    assert browser_of(treasury.clerk).get(to("flows")).status_code == 403
