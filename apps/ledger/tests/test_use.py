from decimal import Decimal

import pytest

from apps.ledger import services
from apps.ledger.models import Entry, Posting
from apps.ledger.tests.factories import balance, clerk_of, make_authority, make_pool
from imbudget.kit.errors import NotAllowed, RuleViolation

D = Decimal


@pytest.fixture
def authority(world):
    return make_authority(world, "1000.00")


@pytest.fixture
def clerk(world):
    return clerk_of(world.unit)


def test_money_is_held_paid_given_back_and_refunded(authority, clerk):
    services.reserve(clerk, authority, D("600.00"), "pay:1")
    assert balance(authority)["available"] == D("400.00")
    services.spend(clerk, authority, D("500.00"), "pay:1:paid", "pay:1")
    services.release(clerk, authority, D("100.00"), "pay:1:rest", "pay:1")
    services.refund(clerk, authority, D("50.00"), "pay:1:back", "pay:1")
    assert balance(authority) == {
        "amount": D("1000.00"),
        "increased": D(0),
        "decreased": D(0),
        "reserved": D(0),
        "spent": D("450.00"),
        "available": D("550.00"),
    }
    assert list(
        Entry.objects.filter(authority=authority).order_by("id").values_list("account__role", "side", "amount")
    )[-8:] == [
        ("reserved", 1, D("600.00")),
        ("executable", -1, D("600.00")),
        ("spent", 1, D("500.00")),
        ("reserved", -1, D("500.00")),
        ("executable", 1, D("100.00")),
        ("reserved", -1, D("100.00")),
        ("executable", 1, D("50.00")),
        ("spent", -1, D("50.00")),
    ]


def test_the_same_key_posts_once(authority, clerk):
    first = services.reserve(clerk, authority, D("10.00"), "pay:2")
    again = services.reserve(clerk, authority, D("10.00"), "pay:2")
    assert (again.posting_id, again.repeated) == (first.posting_id, True)
    assert balance(authority)["reserved"] == D("10.00")
    with pytest.raises(RuleViolation):
        services.reserve(clerk, authority, D("11.00"), "pay:2")


@pytest.mark.parametrize("key", ["", "k" * 121, "document:7:1:allocated:1:2027", "closing:1:2027"])
def test_keys_are_short_and_not_those_of_the_ledger_itself(authority, clerk, key):
    with pytest.raises(RuleViolation):
        services.reserve(clerk, authority, D("1.00"), key)
    assert balance(authority)["available"] == D("1000.00")


@pytest.mark.parametrize("amount", ["1000.01", "0.00", "-1.00", "0.001", "NaN", "Infinity", "1e30"])
def test_no_more_than_is_left_and_no_odd_amounts(authority, clerk, amount):
    with pytest.raises(RuleViolation):
        services.reserve(clerk, authority, D(amount), "pay:3")
    assert not Posting.objects.filter(key="pay:3").exists()
    assert balance(authority)["available"] == D("1000.00")


def test_a_reservation_gives_no_more_than_it_holds(authority, clerk):
    services.reserve(clerk, authority, D("100.00"), "pay:4")
    services.reserve(clerk, authority, D("100.00"), "pay:5")
    for act in (services.spend, services.release):
        with pytest.raises(RuleViolation):
            act(clerk, authority, D("100.01"), "pay:4:x", "pay:4")
    with pytest.raises(RuleViolation):
        services.refund(clerk, authority, D("0.01"), "pay:4:y", "pay:4")


def test_money_that_was_not_issued_cannot_be_used(world):
    pool = make_pool(world)
    with pytest.raises(RuleViolation):
        services.reserve(services_actor(), pool, D("1.00"), "pay:6")


def services_actor():
    from imbudget.kit.actor import system_actor

    return system_actor("tests")


def test_only_the_unit_itself_uses_its_authority(world, authority):
    for stranger in (clerk_of(world.neighbour_unit), clerk_of(world.far_unit)):
        with pytest.raises(NotAllowed):
            services.reserve(stranger, authority, D("1.00"), "pay:7")
