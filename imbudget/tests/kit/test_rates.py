"""How often one address may ask for pages that are open to strangers."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.regions.tests.factories import make_tree
from imbudget.kit.rates import MANY, Rates, network_of

pytestmark = pytest.mark.covers("A3", "D1")
LOGIN = "/accounts/login/"


def test_each_address_is_counted_in_its_minute():
    now = [60.0]
    rates = Rates(lambda: now[0])
    assert [rates.count("10.0.0.1")[0] for _ in range(3)] == [1, 2, 3]
    assert rates.count("10.0.0.2") == (1, 60)
    now[0] = 119.5
    assert rates.count("10.0.0.1") == (4, 1)
    now[0] = 120.0
    assert rates.count("10.0.0.1") == (1, 60)


def test_a_flood_of_addresses_takes_no_more_memory():
    rates = Rates(lambda: 0.0)
    rates.count("10.0.0.1")
    rates._counts.update((str(number), 1) for number in range(MANY))
    assert rates.count("10.0.0.2")[0] == 1
    assert "10.0.0.2" not in rates._counts
    assert rates.count("10.0.0.1")[0] == 2


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("", ""),
        ("x" * 500, "x" * 45),
    ],
)
def test_one_customer_is_one_place(address: str, counted: str):
    assert network_of(address) == counted


@pytest.mark.django_db
def test_who_asks_too_often_waits_and_others_do_not(settings):
    settings.STRANGERS_PER_MINUTE = 3
    stranger = Client()
    assert {stranger.get(LOGIN).status_code for _ in range(2)} == {200}
    assert stranger.get("/public/zh-hans/").status_code == 200
    refused = stranger.get("/public/mvf/")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert 'lang="mn-Mong-CN"' in refused.content.decode()
    assert stranger.post(LOGIN, {"username": "x", "password": "y"}).status_code == 429
    assert Client(REMOTE_ADDR="10.9.9.9").get(LOGIN).status_code == 200


@pytest.mark.django_db
def test_an_address_is_believed_from_listed_web_servers_only(settings):
    settings.STRANGERS_PER_MINUTE, settings.TRUSTED_PROXIES = 2, ["10.1.1.1"]
    proxy, liar = Client(REMOTE_ADDR="10.1.1.1"), Client(REMOTE_ADDR="10.1.1.2")
    assert {proxy.get(LOGIN, headers={"X-Real-IP": f"192.0.2.{n}"}).status_code for n in range(4)} == {200}
    assert [liar.get(LOGIN, headers={"X-Real-IP": f"192.0.2.{n}"}).status_code for n in range(3)] == [200, 200, 429]


@pytest.mark.django_db
def test_work_is_not_limited(settings):
    settings.STRANGERS_PER_MINUTE = 1
    browser = client_of("banner_officer", make_tree().banner)
    assert [browser.get(reverse("accounts:password")).status_code for _ in range(3)] == [200, 200, 200]
