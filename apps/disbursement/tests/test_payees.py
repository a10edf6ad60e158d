"""The register: what it refuses, what it learns from payments, who sees whom, salaries of the staff only."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import client_of, make_actor
from apps.disbursement import services
from apps.disbursement.models import Business, Payee
from apps.disbursement.services import businesses
from apps.disbursement.services.payees import register_paid
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.disbursement.tests.papers import ACCOUNT, make_payee
from apps.disbursement.tests.test_many_pages import book
from apps.disbursement.tests.test_pages import browser_of, to
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return connected(world)


def test_an_account_of_somebody_else_is_refused_with_both_names(treasury):
    make_payee(treasury, name="阿拉坦•其木格", kind="person")
    services.submit_request(treasury.clerk, treasury.request(row(name="阿拉坦·其木格")))  # the same name
    other = treasury.request(row(name="乌云"))
    with pytest.raises(RuleViolation, match="阿拉坦•其木格.*乌云"):
        services.submit_request(treasury.clerk, other)


def test_a_closed_account_is_refused_with_the_reason(treasury):
    payee = make_payee(treasury, name="阿拉坦·其木格", kind="person")
    services.close_payee(treasury.clerk, payee, "账户已销户")
    with pytest.raises(RuleViolation, match="账户已销户"):
        treasury.submitted()
    services.reopen_payee(treasury.officer, payee)
    assert treasury.submitted().state == "submitted"


def test_a_card_whose_check_digit_is_wrong_is_a_warning_and_an_account_none(treasury):
    card = services.RowInput("乌云", "6228480402564890019", D("1.00"))
    right = services.RowInput("其木格", "6228480402564890018", D("1.00"))
    account = services.RowInput("新城公司", "1501230100000000002", D("1.00"))
    [warning] = treasury.submitted(card, right, account).watched["warns"]
    assert ("乌云" in warning, "其木格" in warning, "新城公司" in warning) == (True, False, False)
    assert "6228480402564890019" not in warning


def test_who_is_paid_for_the_first_time_is_registered_once(treasury):
    paid = answered(treasury, row("1.00"), row("1.00"), row("2.00", name="蒙草生态公司", number=3))
    Payee.objects.all().delete()  # where answers tell the register already
    register_paid(paid)
    register_paid(paid)
    assert sorted(Payee.objects.values_list("name", "kind", "origin")) == [
        ("蒙草生态公司", "org", "payment"),
        ("阿拉坦·其木格", "person", "payment"),
    ]
    subsidy = treasury.request(row(number=8), business=Business.SUBSIDY)
    subsidy.rows.update(outcome="paid")
    register_paid(subsidy)
    assert Payee.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "person", "id_number": "110105194912310021"}, "no ID number"),
        ({"id_number": "91350100M000100Y44"}, "no unified social credit code"),
        ({"account": "短"}, "account number"),
        ({"bank_code": "1"}, "12 digits"),
        ({"is_staff": True}, "Staff are people"),
    ],
)
def test_what_is_no_payee_is_refused(treasury, values, words):
    with pytest.raises(RuleViolation, match=words):
        make_payee(treasury, **values)
    assert not Payee.objects.exists()


def test_one_account_one_payee(treasury):
    make_payee(treasury, id_number="91350100 M000 100Y43")
    assert Payee.objects.get().masked_id == "913***********0Y43"
    with pytest.raises(RuleViolation, match="in the register already"):
        make_payee(treasury, name="别人")


def test_salaries_go_to_the_staff_out_of_wages_for_a_month(treasury, monkeypatch):
    def submit(**head):
        request = treasury.request(row(), business=Business.SALARY, **head)
        services.submit_request(treasury.clerk, request)
        return request

    with pytest.raises(RuleViolation, match="which month"):
        submit()
    with pytest.raises(RuleViolation, match="wages and benefits"):
        submit(period=date(2027, 3, 1))
    code = treasury.authority.department_economic.code
    monkeypatch.setattr(businesses, "WAGES", (code[:3],))  # the authority of the tests is for goods
    with pytest.raises(RuleViolation, match="Not on the staff.*阿拉坦"):
        submit(period=date(2027, 3, 1))
    payee = make_payee(treasury, name="阿拉坦·其木格", kind="person", is_staff=True)
    assert submit(period=date(2027, 3, 1)).state == "submitted"
    other = UnitFactory(region=treasury.region)
    Payee.objects.filter(pk=payee.pk).update(unit=other)
    with pytest.raises(RuleViolation, match="Not on the staff"):
        submit(period=date(2027, 3, 1))


def test_a_unit_sees_organisations_and_its_own_people(treasury, world):
    person = make_payee(treasury, name="阿拉坦·其木格", kind="person")
    company = make_payee(treasury, account="1501230100000000002")
    colleague = make_actor("unit_clerk", UnitFactory(region=treasury.region))
    stranger = make_actor("unit_clerk", world.neighbour_unit)
    seen = {
        actor: set(Payee.objects.visible_to(actor)) for actor in (treasury.clerk, colleague, stranger, treasury.officer)
    }
    assert list(seen.values()) == [{person, company}, {company}, set(), {person, company}]
    for actor in (colleague, make_actor("auditor", treasury.region)):
        with pytest.raises(NotAllowed):
            services.change_payee(actor, company, {"name": "别的公司"})
    with pytest.raises(NotAllowed):
        services.enter_payee(make_actor("auditor", treasury.region), {"name": "x"})


def test_pages_of_the_register(treasury, world):
    browser = browser_of(treasury.clerk)
    values = {"kind": "org", "name": "蒙草公司", "account": ACCOUNT}
    assert browser.post(to("payee_new"), values | {"account": "x"}).status_code == 422
    made = browser.post(to("payee_new"), values)
    payee = Payee.objects.get()
    shown = html.text(browser.get(made.url))
    assert ("蒙草公司" in shown, ACCOUNT in shown) == (True, False)
    assert browser.post(to("payee_edit", payee.pk), values | {"name": "蒙草集团"}).status_code == 302
    assert browser.post(to("payee_close", payee.pk), {"reason": "销户"}).status_code == 302
    assert browser.post(to("payee_reopen", payee.pk)).status_code == 302
    chosen = browser.get(to("payee_choices"), {"q": "蒙草"}, headers={"accept": "application/json"}).json()["rows"]
    assert [(one["id"], ACCOUNT in str(one)) for one in chosen] == [(payee.pk, False)]
    new = {"authority": treasury.authority.pk, "account": treasury.account.pk, "settlement": "1", "purpose": "购草"}
    assert browser.post(to("request_new"), new | {"payee": payee.pk, "amount": "9"}).status_code == 302
    neighbour = client_of("unit_clerk", world.neighbour_unit)
    for name in ("payee", "payee_edit", "payee_close", "payee_reopen"):
        assert neighbour.get(to(name, payee.pk)).status_code == 404
    assert client_of("auditor", treasury.region).get(to("payee_edit", payee.pk)).status_code == 403


def test_staff_comes_from_a_file_or_every_wrong_row_is_told(treasury):
    browser = browser_of(treasury.clerk)
    heads = ("户名", "账号", "证件号码或统一社会信用代码")
    good = ("阿拉坦·其木格", ACCOUNT, "11010519491231002X")
    send = {"is_staff": "on"}
    bad = browser.post(
        to("payee_import"),
        send | {"file": book(good, ("乌云", "x", ""), ("其木格", "62284801000000003", "1"), heads=heads)},
    )
    assert (bad.status_code, Payee.objects.exists()) == (422, False)
    assert ["18" in html.text(bad), "账号" in html.text(bad)] == [True, True]
    assert browser.post(to("payee_import"), send | {"file": book(good, heads=heads)}).status_code == 302
    assert Payee.objects.values_list("name", "is_staff", "unit", "origin").get() == (
        good[0],
        True,
        treasury.unit.pk,
        "import",
    )
    assert browser.get(to("payee_template")).content[:2] == b"PK"
    junk = SimpleUploadedFile("x.xlsx", io.BytesIO(b"%PDF").getvalue())
    assert browser.post(to("payee_import"), {"file": junk}).status_code == 422


def test_the_register_asks_no_more_for_more_payees(treasury):
    browser = browser_of(treasury.officer)
    counts = []
    for start in (10, 20):
        for number in range(start, start + 3):
            make_payee(treasury, name=f"公司{number}", account=f"150123{number}")
        browser.get(to("payees"))
        with CaptureQueriesContext(connection) as queries:
            page = html.text(browser.get(to("payees")))
        assert (f"公司{start}" in page, f"150123{start}" in page) == (True, False)
        counts.append(len(queries))
    assert counts[0] == counts[1]
