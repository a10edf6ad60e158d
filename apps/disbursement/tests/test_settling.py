"""A receipt of many payees is taken by the set: as many statements for one as for thousands, and whoever follows is told."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.disbursement import services
from apps.disbursement.models import InMessage, InState
from apps.disbursement.services import exchange
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.messages import status, transaction
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.ledger.tests.factories import balance
from imbudget.kit import registry

D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    made = make_treasury(world, "iso")
    made.connect()
    return made


def statements_of_taking(treasury, payees):
    """How many statements it takes to settle a request of so many payees, the second of whom is not paid."""
    request = treasury.approved(*(row("1.00", number=number) for number in range(payees)))
    line = DeskLine(desk())
    services.send_due(treasury.link, line)
    known = [each for each in line.desk.orders.values() if each.voucher == request.voucher.number]
    rows = "".join(
        transaction(each.reference, "RJCT" if number == 1 else "ACSC", "BE01" if number == 1 else "")
        for number, each in enumerate(known[0].rows)
    )
    exchange.keep(treasury.link, status(f"<PmtInfSts>PART</PmtInfSts>{rows}", request.voucher.number))
    with CaptureQueriesContext(connection) as queries:
        exchange.settle_new()
    request.refresh_from_db()
    assert (request.state, request.paid) == ("part", D(payees - 1))
    assert list(request.rows.values_list("outcome", flat=True)) == ["paid", "failed"] + ["paid"] * (payees - 2)
    return len(queries)


def test_it_takes_no_more_statements_for_more_payees(treasury):
    few = statements_of_taking(treasury, 3)
    assert statements_of_taking(treasury, 60) == few
    assert balance(treasury.authority)["spent"] == D("61.00")


def test_who_follows_settled_payments_is_told_in_the_same_transaction(treasury, monkeypatch):
    request = treasury.approved()
    told = []

    def follow(settled):
        assert connection.in_atomic_block
        told.append((settled.pk, settled.state, settled.paid, settled.rows.get().outcome))

    shelf = registry.Shelf("followers")
    shelf.add("test", follow)
    monkeypatch.setattr(registry, "settled_payments", shelf)
    line = DeskLine(desk())
    for _round in range(2):
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        exchange.settle_new()
    assert told == [(request.pk, "paid", D("100.00"), "paid")]


def test_a_payee_who_is_named_twice_makes_a_receipt_unsound(treasury):
    request = treasury.approved()
    services.send_due(treasury.link, DeskLine(desk()))
    reference = request.rows.get().reference
    rows = transaction(reference, "ACSC") + transaction(reference, "RJCT", "BE01")
    exchange.keep(treasury.link, status(f"<PmtInfSts>PART</PmtInfSts>{rows}", request.voucher.number))
    exchange.settle_new()
    message = InMessage.objects.latest("pk")
    assert (message.state, "twice" in message.trouble) == (InState.REFUSED, True)
    assert balance(treasury.authority)["reserved"] == D("100.00")
