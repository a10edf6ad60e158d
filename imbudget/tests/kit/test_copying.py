"""Rows written by COPY are the rows that save() would have written."""

import pytest
from django.db import IntegrityError, transaction

from apps.disbursement.models import AccountKind, PayAccount
from apps.regions.tests.factories import make_tree
from imbudget.kit.copying import copy_in

pytestmark = pytest.mark.django_db


NAMES = ("region", "kind", "number", "name", "bank_code")


def an_account(region, number: str) -> tuple:
    return (region.pk, AccountKind.FINANCE, number, "制表\t与\n反斜\\N", "103191052345")


def test_what_is_copied_reads_like_what_is_saved():
    region = make_tree().banner
    values = dict(zip(NAMES[1:], an_account(region, "1501230100000000001")[1:], strict=True))
    PayAccount.objects.create(region=region, **values)
    count = copy_in(PayAccount, NAMES, (an_account(region, f"150123010000000000{number}") for number in (2, 3)))
    assert count == 2
    saved, copied, _other = PayAccount.objects.order_by("pk")
    for name in ("region_id", "league_id", "unit_id", "kind", "name", "bank_name", "bank_code", "is_open"):
        assert getattr(copied, name) == getattr(saved, name), name
    assert copied.number == "1501230100000000002"
    assert PayAccount.objects.get(number_index="1501230100000000002") == copied
    assert PayAccount.history.filter(id=copied.pk).count() == 1


def test_constraints_hold_and_nothing_of_the_statement_stays():
    region = make_tree().banner
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in(
            PayAccount, NAMES, [an_account(region, "1501230100000000001"), an_account(region, "1501230100000000001")]
        )
    assert not PayAccount.objects.exists()


def test_a_row_that_lacks_a_value_is_written_by_nobody():
    region = make_tree().banner
    with pytest.raises(IntegrityError), transaction.atomic():  # the region has no default
        copy_in(PayAccount, NAMES[1:], [an_account(region, "1501230100000000001")[1:]])
    assert not PayAccount.objects.exists()
