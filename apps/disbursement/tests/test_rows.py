"""Payees by the thousand: the quick look takes nothing that the rules of the fields refuse."""

from decimal import Decimal

import pytest

from apps.disbursement import services
from apps.disbursement.models import PaymentRow
from apps.disbursement.services.rows import RowInput, is_plain
from apps.disbursement.services.rows import _reasons as reasons
from apps.disbursement.tests.factories import make_treasury, row
from imbudget.kit.errors import RuleViolation

ODD = [
    {"payee_name": ""},
    {"payee_name": "名" * 141},
    {"payee_name": "阿\0拉坦"},
    {"payee_bank": "行" * 141},
    {"payee_bank": "农\0行"},
    {"payee_account": ""},
    {"payee_account": "123"},
    {"payee_account": "1" * 35},
    {"payee_account": "６２２８４８０１"},
    {"payee_account": "12345\n"},
    {"payee_account": "1234 5678"},
    {"payee_bank_code": "12345"},
    {"payee_bank_code": "12345678901\n"},
    {"amount": Decimal(0)},
    {"amount": Decimal("-1.00")},
    {"amount": Decimal("0.001")},
    {"amount": Decimal("NaN")},
    {"amount": Decimal("Infinity")},
    {"amount": Decimal("1E+18")},
]
SOUND = [
    {},
    {"payee_name": "阿拉坦·其木格"},
    {"payee_account": "0000"},
    {"payee_bank_code": "103191052345"},
    {"amount": Decimal("0.01")},
    {"amount": Decimal(10) ** 12},
    {"amount": Decimal("1E+3")},
]


def a_row(**values) -> RowInput:
    given = {"payee_name": "巴特尔", "payee_account": "6228480100000000001", "amount": Decimal("1.00")}
    return RowInput(**given | values)


@pytest.mark.parametrize("values", ODD, ids=str)
def test_what_is_odd_is_looked_at_closely_and_refused(values):
    assert not is_plain(a_row(**values))
    assert list(reasons(1, a_row(**values)))


@pytest.mark.parametrize("values", SOUND, ids=str)
def test_what_is_sound_is_taken_at_a_glance(values):
    assert is_plain(a_row(**values))
    assert list(reasons(1, a_row(**values))) == []


@pytest.mark.django_db
def test_thousands_of_payees_are_written_by_one_statement(world, settings, django_assert_max_num_queries):
    treasury = make_treasury(world)
    few = [row("0.01", number=number) for number in range(1, 11)]
    many = [row("0.01", number=number) for number in range(1, 3001)]
    request = treasury.request(*few)
    request.refresh_from_db()
    with django_assert_max_num_queries(30) as caught:
        services.save_request(treasury.clerk, request, request.revision, {}, few)
    request.refresh_from_db()
    with django_assert_max_num_queries(len(caught)):
        services.save_request(treasury.clerk, request, request.revision, {}, many)
    assert (request.rows.count(), request.total) == (3000, Decimal("30.00"))
    last = request.rows.get(number=3000)
    assert (last.payee_account, last.reference) == ("6228480100000003000", f"{request.number}003000")
    assert PaymentRow.objects.filter(payee_index="6228480100000003000").get() == last


@pytest.mark.django_db
def test_of_thousands_of_payees_the_wrong_ones_are_named(world):
    treasury = make_treasury(world)
    rows = [row("0.01", number=number) for number in range(1, 1001)]
    rows[499] = row("0.001", number=500)
    with pytest.raises(RuleViolation, match="500"):
        treasury.request(*rows)
