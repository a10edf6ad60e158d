"""Screens of the types of business: many payees typed or from a file, paying again, refunds, corrections, the picker."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from apps.disbursement import services
from apps.disbursement.models import Business, PaymentRequest
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.disbursement.tests.test_pages import browser_of, to
from apps.ledger.tests.factories import balance, issue, make_pool
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return connected(world)


def typed(treasury, *rows, **changes):
    values = {"authority": treasury.authority.pk, "account": treasury.account.pk, "settlement": "1", "purpose": "购草"}
    for number, cells in enumerate(rows):
        values |= {f"payees-{number}-{name}": text for name, text in cells.items()}
    return values | changes


def payee(name="其木格", account="62284801000000007", amount="1,200.50"):
    return {"payee_name": name, "payee_account": account, "amount": amount}


def book(*rows, heads=("收款人", "收款账号", "金额")):
    made, file = Workbook(), io.BytesIO()
    made.active.append(heads)
    for cells in rows:
        made.active.append(cells)
    made.save(file)
    return SimpleUploadedFile("名单.xlsx", file.getvalue())


def test_many_payees_are_typed_and_each_wrong_cell_is_marked(treasury):
    browser = browser_of(treasury.clerk)
    bad = browser.post(
        to("request_new_batch"), typed(treasury, payee(), payee(amount="1.234"), payee(account="短", amount="0"))
    )
    shown = html.text(bad)
    assert (bad.status_code, "12,345.60" in shown, "大于" in shown, "账号" in shown) == (422, True, True, True)
    assert not PaymentRequest.objects.exists()
    assert browser.post(to("request_new_batch"), typed(treasury, payee(), payee(name="乌云"))).status_code == 302
    request = PaymentRequest.objects.get()
    assert (request.business, request.total, request.rows.count()) == (Business.BATCH, D("2401.00"), 2)
    edit = browser.get(to("request_edit", request.pk))
    assert "乌云" in html.text(edit) or "乌云" in edit.content.decode()
    changed = typed(treasury, payee(), revision=request.revision)
    assert browser.post(to("request_edit", request.pk), changed).status_code == 302
    request.refresh_from_db()
    assert request.total == D("1200.50")


def test_a_file_brings_payees_in_or_tells_every_row_that_is_wrong(treasury):
    request = treasury.request(row(), business=Business.BATCH)
    browser = browser_of(treasury.clerk)
    page = to("request_rows", request.pk)
    assert browser.get(page).status_code == 200
    send = {"revision": request.revision}
    rows = [(f"牧户{number}", f"6228480100000{number:06}", 10) for number in range(1, 300)]
    bad = book(("", "6228480100000000001", 10), ("其木格", "x", 10), ("乌云", "6228480100000000002", "=1+1"), *rows)
    refused = browser.post(page, send | {"file": bad})
    shown = html.text(refused)
    assert (refused.status_code, shown.count("收款人") > 1) == (422, True)
    assert [f"{number}" in shown for number in (2, 3, 4)] == [True] * 3
    assert PaymentRequest.objects.get().rows.count() == 1
    assert browser.post(page, send | {"file": book(*rows, ("合计", "", 2990))}).status_code == 302
    request.refresh_from_db()
    assert (request.rows.count(), request.total) == (299, D("2990.00"))
    stale = browser.post(page, send | {"file": book(*rows)})
    assert stale.status_code == 422
    headless = browser.post(page, {"revision": request.revision, "file": book(*rows, heads=("收款人", "金额", "别的"))})
    assert ("收款账号" in html.text(headless), headless.status_code) == (True, 422)
    template = browser.get(to("request_template", request.pk))
    sheet = load_workbook(io.BytesIO(template.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["收款人", "收款账号", "开户银行", "联行号", "金额"]


def test_only_many_payees_come_from_a_file(treasury):
    one = treasury.request(row())
    assert browser_of(treasury.clerk).get(to("request_rows", one.pk)).status_code == 403
    assert browser_of(treasury.officer).get(to("request_rows", one.pk)).status_code == 403
    assert browser_of(treasury.clerk).get(to("request_rows", 10**8)).status_code == 404


def test_a_business_card_is_repaid_with_day_and_slip(treasury):
    browser = browser_of(treasury.clerk)
    card = payee(account="6228480402564890018", amount="88")
    browser.post(to("request_new_card"), typed(treasury, card))
    request = PaymentRequest.objects.get()
    assert (request.business, request.settlement) == (Business.CARD, "3")
    refused = browser.post(to("request_submit", request.pk))
    assert (refused.status_code, "刷卡" in html.text(refused)) == (422, True)
    card |= {"consumed_on": "2026-11-02", "slip": "P00071"}
    browser.post(to("request_edit", request.pk), typed(treasury, card, revision=request.revision))
    assert browser.post(to("request_submit", request.pk)).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.rows.get().slip) == ("submitted", "P00071")


def test_what_failed_is_paid_again_by_a_button(treasury):
    request = answered(treasury, row("10.00"), row("5.00", name="别人", number=2), names={f"62284801{2:011}": "其木格"})
    browser = browser_of(treasury.clerk)
    assert to("request_again", request.pk) in browser.get(request.get_absolute_url()).content.decode()
    made = browser.post(to("request_again", request.pk))
    again = PaymentRequest.objects.get(again=request)
    assert made.url == again.get_absolute_url()
    assert to("request_again", request.pk) not in browser.get(request.get_absolute_url()).content.decode()
    failed = request.rows.get(number=2)
    cells = payee(account=f"62284801{2:011}", amount="5.00") | {"repeats": failed.reference}
    assert browser.post(to("request_edit", again.pk), typed(treasury, cells, revision=1)).status_code == 302
    cells["repeats"] = "ZF0"
    assert browser.post(to("request_edit", again.pk), typed(treasury, cells, revision=2)).status_code == 422
    assert again.rows.get().repeats == failed
    assert browser.post(to("request_submit", again.pk)).status_code == 302


def test_a_refund_from_its_row_to_the_word_of_the_treasury(treasury):
    request = answered(treasury, row("10.00"))
    line = request.rows.get()
    browser = browser_of(treasury.clerk)
    assert to("row_refund", line.pk) in browser.get(request.get_absolute_url()).content.decode()
    too_much = browser.post(to("row_refund", line.pk), {"amount": "10.01", "purpose": "退回"})
    assert too_much.status_code == 422
    assert browser.post(to("row_refund", line.pk), {"amount": "4", "purpose": "退回"}).status_code == 302
    refund = PaymentRequest.objects.get(about=request)
    assert browser.get(to("request_edit", refund.pk)).status_code == 200
    services.submit_request(treasury.clerk, refund)
    treasury.sign(refund)
    desk = browser_of(treasury.officer)
    assert to("request_refunded", refund.pk) in desk.get(refund.get_absolute_url()).content.decode()
    assert (
        browser.post(
            to("request_refunded", refund.pk), {"received_on": "2026-11-01", "bank_reference": "B"}
        ).status_code
        == 403
    )
    assert desk.post(to("request_refunded", refund.pk), {"received_on": "", "bank_reference": ""}).status_code == 422
    said = {"received_on": "2026-11-01", "bank_reference": "BK-1"}
    assert desk.post(to("request_refunded", refund.pk), said).status_code == 302
    assert balance(treasury.authority)["spent"] == D("6.00")


def test_a_correction_chooses_the_other_authority(treasury, world):
    line = answered(treasury, row("10.00")).rows.get()
    other = issue(world, make_pool(world, "500.00"), "300.00")
    browser = browser_of(treasury.clerk)
    values = {"authority": other.pk, "amount": "10", "purpose": "科目更正"}
    assert browser.post(to("row_correct", line.pk), values).status_code == 302
    assert PaymentRequest.objects.get(business=Business.CORRECTION).authority == other
    for actor in (treasury.officer, treasury.keeper):
        assert browser_of(actor).get(to("row_correct", line.pk)).status_code == 403


def test_authorities_are_found_by_number_class_and_name_with_what_is_left(treasury, world):
    browser = browser_of(treasury.clerk)
    issue(world, make_pool(world, "500.00"), "300.00")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = browser.get(to("authority_choices"), headers={"accept": "application/json"}).json()["rows"]
        counts.append(len(queries))
        issue(world, make_pool(world, "500.00"), "200.00")
    assert (counts[0] == counts[1], {each["note"] for each in found}) == (True, {"1,000.00", "300.00", "200.00"})
    code = treasury.authority.function.code
    for text, amount in ((str(treasury.authority.pk), "1,000.00"), (code, "1,000.00"), ("不存在", None)):
        rows = browser.get(to("authority_choices"), {"q": text}, headers={"accept": "application/json"}).json()["rows"]
        assert (amount in [each["note"] for each in rows]) == (amount is not None)
    assert browser_of(treasury.officer).get(to("authority_choices")).status_code == 403
    assert browser.get(to("authority_choices")).status_code == 200
