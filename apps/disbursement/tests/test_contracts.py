"""Contracts: approved by their flow, paid to their payee only, never above their amount without the retention money."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import client_of, make_actor
from apps.disbursement import services
from apps.disbursement.models import Contract, ContractFile, ContractStage
from apps.disbursement.selectors.contracts import standing
from apps.disbursement.services import contracts
from apps.disbursement.services.contracts import StageInput
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.disbursement.tests.papers import NAME, make_contract, make_payee
from apps.disbursement.tests.test_pages import browser_of, to
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
FLOW = conf.BASE_DIR / "fixtures" / "flows" / "disbursement.contract.json"


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return connected(world)


@pytest.fixture
def payee(treasury):
    return make_payee(treasury)


def pay(treasury, contract, amount, **head):
    return treasury.submitted(row(amount, name=NAME), contract=contract, **head)


def test_what_is_paid_and_held_stays_below_the_contract_without_retention(treasury, payee):
    contract = make_contract(treasury, payee)
    done = answered(treasury, row("100.00", name=NAME), contract=contract)
    held = pay(treasury, contract, "300.00")
    now = standing(contract)
    assert (now.paid, now.held, now.left) == (D("100.00"), D("300.00"), D("50.00"))
    with pytest.raises(RuleViolation, match=r"450\.00 may be paid.*100\.00 is paid.*300\.00 is on.*50\.00 is left"):
        pay(treasury, contract, "50.01")
    services.withdraw_request(treasury.clerk, held)
    assert pay(treasury, contract, "350.00").state == "submitted"
    refund = services.draw_up_refund(treasury.clerk, done.rows.get(), D("40.00"), "退回")
    services.submit_request(treasury.clerk, refund)
    treasury.sign(refund)
    assert standing(contract).paid == D("100.00")
    services.confirm_refund(treasury.officer, refund, "B", date(2026, 1, 1))
    assert (standing(contract).paid, standing(contract).left) == (D("60.00"), D("40.00"))


def test_retention_money_is_paid_once_its_day_has_come(treasury, payee):
    contract = make_contract(treasury, payee, retention_until=date(2026, 1, 1))
    assert pay(treasury, contract, "500.00").state == "submitted"


def test_only_the_payee_of_the_contract_and_only_in_force(treasury, payee):
    contract = make_contract(treasury, payee)
    with pytest.raises(RuleViolation, match="蒙草.*only"):
        treasury.submitted(row("1.00", name="乌云", number=7), contract=contract)
    draft = make_contract(treasury, payee, active=False, number="HT-2")
    with pytest.raises(RuleViolation, match="in force"):
        pay(treasury, draft, "1.00")


def test_a_stage_is_not_paid_above_its_amount(treasury, payee):
    contract = make_contract(treasury, payee, StageInput("开工", D("200.00")), StageInput("竣工", D("300.00")))
    first = contract.stages.first()
    pay(treasury, contract, "150.00", stage=first)
    with pytest.raises(RuleViolation, match=r"the stage.*50\.00 is left"):
        pay(treasury, contract, "50.01", stage=first)
    other = make_contract(treasury, payee, StageInput("一", D("500.00")), number="HT-2")
    with pytest.raises(RuleViolation, match="another contract"):
        pay(treasury, contract, "1.00", stage=other.stages.get())


def test_a_contract_goes_its_way_and_its_stages_come_to_its_amount(treasury, payee):
    call_command("load_flows", str(FLOW), verbosity=0)
    contract = make_contract(treasury, payee, StageInput("开工", D("200.00")), active=False)
    with pytest.raises(RuleViolation, match=r"200\.00.*500\.00"):
        contracts.submit_contract(treasury.clerk, contract)
    both = [StageInput("开工", D("200.00"), date(2027, 5, 1)), StageInput("竣工", D("300.00"))]
    contracts.save_contract(treasury.clerk, contract, contract.revision, {}, both)
    with pytest.raises(RuleViolation, match="Someone else saved this while"):
        contracts.save_contract(treasury.clerk, contract, 1, {}, both)
    contract.refresh_from_db()
    contracts.submit_contract(treasury.clerk, contract)
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractStage.objects.update(amount=D("1.00"))
    tasks.send_back(treasury.head, treasury.task(treasury.head), reason="缺少附件", to="applicant")
    contract.refresh_from_db()
    assert (contract.state, contract.return_reason) == ("returned", "缺少附件")
    contracts.submit_contract(treasury.clerk, contract)
    contracts.withdraw_contract(treasury.clerk, contract)
    contracts.submit_contract(treasury.clerk, contract)
    shown = html.text(browser_of(treasury.head).get(treasury.task(treasury.head).get_absolute_url()))
    assert ("草原围栏工程" in shown, "伍佰元整" in shown) == (True, True)
    tasks.approve(treasury.head, treasury.task(treasury.head))
    contract.refresh_from_db()
    assert (contract.state, Task.objects.filter(user_id=treasury.officer.user_id).exists()) == ("active", False)
    held = pay(treasury, contract, "10.00", stage=contract.stages.first())
    with pytest.raises(RuleViolation, match="在途|on its way"):
        contracts.close_contract(treasury.clerk, contract)
    services.withdraw_request(treasury.clerk, held)
    contracts.close_contract(treasury.clerk, contract)
    assert contract.state == "closed"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": D("0.00")}, "above zero"),
        ({"retention": D("500.00")}, "below the amount"),
        ({"retention_until": None}, "go together"),
        ({"name": ""}, "blank"),
    ],
)
def test_what_is_no_contract_is_refused(treasury, payee, values, words):
    with pytest.raises(RuleViolation, match=words):
        make_contract(treasury, payee, **values)
    assert not Contract.objects.exists()


def test_only_the_unit_writes_its_contracts(treasury, payee, world):
    contract = make_contract(treasury, payee, active=False)
    for actor in (treasury.officer, make_actor("unit_clerk", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            contracts.draw_up_contract(actor, treasury.unit, {}, [])
        for act in (contracts.submit_contract, contracts.withdraw_contract, contracts.close_contract):
            with pytest.raises(NotAllowed):
                act(actor, contract)


def test_pages_of_contracts(treasury, payee, world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser = browser_of(treasury.clerk)
    values = {"number": "HT-9", "name": "围栏", "payee": payee.pk, "amount": "500", "signed_on": "2026-03-01"}
    stages = {"stages-0-name": "开工", "stages-0-amount": "200", "stages-0-due": "2027-05-01", "stages-1-name": "竣工"}
    bad = browser.post(to("contract_new"), values | stages)
    assert (bad.status_code, "12,345.60" in html.text(bad)) == (422, True)
    assert browser.post(to("contract_new"), values | stages | {"stages-1-amount": "300"}).status_code == 302
    contract = Contract.objects.get()
    page = html.text(browser.get(contract.get_absolute_url()))
    assert ("开工" in page, "500.00" in page) == (True, True)
    edited = values | {"amount": "600", "revision": contract.revision}
    assert browser.post(to("contract_edit", contract.pk), edited).status_code == 302
    scan = SimpleUploadedFile("合同.pdf", b"%PDF-1.4\n%%EOF")
    assert browser.post(to("contract_attach", contract.pk), {"file": scan}).status_code == 302
    assert "合同.pdf" in html.text(browser.get(contract.get_absolute_url(), {"tab": "files"}))
    assert browser.post(to("contractfile_detach", ContractFile.objects.get().pk)).status_code == 302
    assert browser.get(contract.get_absolute_url(), {"tab": "payments"}).status_code == 200
    neighbour = client_of("unit_clerk", world.neighbour_unit)
    names = ("contract", "contract_edit", "contract_submit", "contract_withdraw", "contract_close", "contract_attach")
    for name in names:
        assert neighbour.get(to(name, contract.pk)).status_code == 404
        assert browser_of(treasury.officer).get(to(name, contract.pk)).status_code == (
            200 if name == "contract" else 403
        )


def test_a_request_names_contract_and_stage_on_its_page(treasury, payee):
    contract = make_contract(treasury, payee, StageInput("开工", D("500.00")))
    stage = contract.stages.get()
    browser = browser_of(treasury.clerk)
    values = {
        "authority": treasury.authority.pk,
        "account": treasury.account.pk,
        "settlement": "1",
        "purpose": "工程款",
    }
    values |= {"payee": payee.pk, "amount": "10", "contract": f"{contract.pk}.{stage.pk}"}
    made = browser.post(to("request_new"), values)
    request = contract.requests.get()
    assert (made.status_code, request.stage) == (302, stage)
    assert browser.post(to("request_new"), values | {"contract": "999.1"}).status_code == 422
    assert "HT-2027-1" in html.text(browser.get(request.get_absolute_url()))


def test_the_list_of_contracts_asks_no_more_for_more(treasury, payee):
    browser = browser_of(treasury.officer)
    counts = []
    for start in (1, 4):
        for number in range(start, start + 3):
            make_contract(treasury, payee, number=f"HT-{number}")
        browser.get(to("contracts"))
        with CaptureQueriesContext(connection) as queries:
            assert f"HT-{start}" in html.text(browser.get(to("contracts")))
        counts.append(len(queries))
    assert counts[0] == counts[1]
