"""Many at once on one payment, one contract, one plan: what is left goes to as many as there is for, to the others a no."""

from decimal import Decimal

import pytest

from apps.budget.tests.factories import make_world
from apps.disbursement import services
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.selectors.contracts import standing
from apps.disbursement.services.plans import LineInput
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.disbursement.tests.papers import NAME, control, make_contract, make_payee, make_plan
from apps.ledger.tests.factories import balance
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
AT_ONCE = 4


def outcomes(works):
    """How many got through; the others were refused by a rule, and nothing else ended them."""
    results = at_once(works)
    refused = [result for result in results if isinstance(result, Exception)]
    assert [error for error in refused if not isinstance(error, RuleViolation)] == []
    return len(results) - len(refused)


def hand_in(treasury, requests):
    return [
        lambda pk=one.pk: services.submit_request(treasury.clerk, PaymentRequest.objects.get(pk=pk)) for one in requests
    ]


def test_nobody_gives_back_pays_or_plans_the_same_yuan_twice(settings):
    settings.SIGNING_KEY = b"\x05" * 32
    treasury = connected(make_world())
    failed = answered(treasury, row("100.00"), row("9.00", name="别人", number=2), names={f"62284801{2:011}": "其木格"})
    paid = failed.rows.get(number=1)

    refunds = [services.draw_up_refund(treasury.clerk, paid, D("40.00"), "退回") for _number in range(AT_ONCE)]
    assert outcomes(hand_in(treasury, refunds)) == 2
    assert PaymentRow.objects.get(pk=paid.pk).back == D("80.00")

    again = [lambda: services.pay_again(treasury.clerk, failed)] * AT_ONCE
    assert outcomes(again) == 1
    assert PaymentRow.objects.filter(repeats__isnull=False).count() == 1

    contract = make_contract(
        treasury, make_payee(treasury, account=f"62284801{77:011}")
    )  # 450 of it may be paid by now
    on_it = [treasury.request(row("150.00", name=NAME, number=77), contract=contract) for _number in range(AT_ONCE)]
    assert outcomes(hand_in(treasury, on_it)) == 3
    assert standing(contract).left == 0

    used = balance(treasury.authority)
    control(treasury)
    make_plan(treasury, LineInput(1, used["reserved"] + used["spent"] + D("200.00"), authority=treasury.authority))
    planned = [treasury.request(row("100.00", number=30 + number)) for number in range(AT_ONCE)]
    assert outcomes(hand_in(treasury, planned)) == 2
